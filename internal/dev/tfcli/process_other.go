//go:build !unix

package tfcli

import "os/exec"

// ownGroup and endGroup do nothing where there are no process groups: there, a terminal's Ctrl-C reaches the
// command by itself.
func ownGroup(*exec.Cmd) {}

func endGroup(*exec.Cmd) {}
