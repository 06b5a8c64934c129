//go:build unix

package tfcli

import (
	"os/exec"
	"syscall"
)

// ownGroup takes the command out of the terminal's reach. Ctrl-C goes to all programs of a terminal at once;
// Terraform would get that and the interrupt of its context too, and on the second it gives up without cleaning up.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// endGroup ends what a killed Terraform leaves behind: its provider, which heeds no interrupt.
func endGroup(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // it fails where there is nobody left, which is usual
	}
}
