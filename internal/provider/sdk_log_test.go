package provider

import (
	"bufio"
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

func TestQuietSDK(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		environ []string
		quiet   bool
	}{
		{"nothing is asked for", []string{"PATH=/bin", "NOT_TF_LOG=1", "tf_log=trace"}, true},
		{"the variable is empty", []string{"TF_LOG=", "TF_LOG_PROVIDER="}, true},
		{"everything", []string{"PATH=/bin", "TF_LOG=TRACE"}, false},
		{"providers", []string{"TF_LOG_PROVIDER=DEBUG"}, false},
		{"this provider", []string{"TF_LOG_PROVIDER_BITRIX24=DEBUG"}, false},
		{"the SDK", []string{"TF_LOG_SDK=INFO"}, false},
		{"a part of the SDK", []string{"TF_LOG_SDK_FRAMEWORK=TRACE"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			set := map[string]string{}
			mustDo(t, QuietSDK(test.environ, func(name, value string) error { set[name] = value; return nil }))
			want := map[string]string{}
			if test.quiet {
				want["TF_LOG_SDK"] = "off"
			}
			if !maps.Equal(set, want) {
				t.Errorf("set %v, want %v", set, want)
			}
		})
	}
}

// Terraform drops a provider's log unless it is asked for, so this looks at what the program writes.
func testSDKLog(t *testing.T, installed *tfcli.Installation) {
	if runtime.GOOS == "windows" {
		t.Skip("on Windows a program cannot press another one's Ctrl-C")
	}
	for _, test := range []struct {
		name     string
		variable string
		sdk      bool
	}{
		{"no log", "TF_LOG=", false},
		{"a log of everything", "TF_LOG=TRACE", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			portal := newTestPortal(t).serve(t)
			reattach, end := startDebugging(t, installed, test.variable, portal.webhookOfMe())
			w := newWorkspace(t, installed, chats(1), reattach)
			w.succeed(apply()...)
			written := end()
			if got := strings.Contains(written, `"sdk.`); got != test.sdk {
				t.Errorf("the SDK writes a log: %t, want %t", got, test.sdk)
			}
			if !strings.Contains(written, "Bitrix24 request") {
				t.Error("the provider's own lines are gone")
			}
		})
	}
}

// startDebugging starts the provider's program as a developer does, and returns the variable by which Terraform finds it.
func startDebugging(t *testing.T, installed *tfcli.Installation, env ...string) (reattach string, end func() (written string)) {
	t.Helper()
	program := filepath.Join(installed.MirrorFolder(tfcli.BuiltVersion), tfcli.ProviderFile(tfcli.BuiltVersion, installed.CLI.Platform))
	cmd := exec.CommandContext(t.Context(), program, "-debug")
	cmd.Env = append(os.Environ(), env...)
	var log bytes.Buffer
	cmd.Stderr = &log
	stdout, err := cmd.StdoutPipe()
	mustDo(t, err)
	mustDo(t, cmd.Start())
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if _, found, isIt := strings.Cut(lines.Text(), "TF_REATTACH_PROVIDERS="); isIt {
			reattach = "TF_REATTACH_PROVIDERS=" + strings.Trim(found, "'")
			break
		}
	}
	return reattach, func() string {
		mustDo(t, cmd.Process.Signal(os.Interrupt))
		_ = cmd.Wait() // its status says that it was interrupted
		return log.String()
	}
}
