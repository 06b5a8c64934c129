//go:build unix

package tfcli

import (
	"os/exec"
	"syscall"
)

// ownGroup puts the command into a process group of its own. Ctrl-C goes to all programs of a terminal at once.
// Terraform would get it in addition to the interrupt of its context, and on the second one it gives up without cleaning up.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// endGroup ends what a killed Terraform leaves behind: its provider, which ignores interrupts.
func endGroup(cmd *exec.Cmd) {
	if cmd.Process != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // it usually fails, because no process is left
	}
}
