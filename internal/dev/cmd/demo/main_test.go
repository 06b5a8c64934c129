package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

func TestArguments(t *testing.T) {
	t.Parallel()
	var help strings.Builder
	if err := demo(t.Context(), []string{"-h"}, &help); !errors.Is(err, flag.ErrHelp) || !strings.Contains(help.String(), "-team") {
		t.Errorf("-h: %v\n%s", err, &help)
	}
	if err := demo(t.Context(), []string{"now"}, &help); err == nil {
		t.Error(`the argument "now" was accepted`)
	}
	if err := demo(t.Context(), nil, &help); err == nil || !strings.Contains(err.Error(), "root of the repository") {
		t.Errorf("in another folder than the repository's root: %v", err)
	}
}

func TestFailedStep(t *testing.T) {
	for _, test := range []struct {
		name    string
		onPath  map[string]string
		problem string
		shown   string
	}{
		{
			name:    "no Go",
			onPath:  map[string]string{"terraform": fakeCLI("1.11.4", "")},
			problem: "step 1 (Build the provider and install it) failed: go is not on PATH",
		},
		{
			name:    "the provider does not compile",
			onPath:  map[string]string{"terraform": fakeCLI("1.11.4", ""), "go": "echo main.go:1:1: oh; exit 1"},
			problem: "step 1 (Build the provider and install it) failed: the provider cannot be built: go build: exit status 1",
			shown:   "     main.go:1:1: oh\n",
		},
		{
			name:    "init fails",
			onPath:  map[string]string{"go": "", "tofu": fakeCLI("1.12.0", "echo 'No provider!' >&2; exit 1")},
			problem: "step 1 (Build the provider and install it) failed: tofu init ended with exit code 1; it says why above",
			shown:   "   $ tofu init\n     No provider!\n",
		},
		{
			name:    "the portal refuses",
			onPath:  map[string]string{"go": "", "terraform": fakeCLI("1.11.4", `if [ "$1" = apply ]; then echo 'Cannot pin chat404' >&2; exit 1; fi`)},
			problem: "step 4 (Apply: two single pins, and a whole list) failed: terraform apply ended with exit code 1; it says why above",
			shown:   "     Cannot pin chat404\n",
		},
		{
			name:    "apply pins nothing",
			onPath:  map[string]string{"go": "", "terraform": fakeCLI("1.11.4", "exit 0")},
			problem: "step 4 (Apply: two single pins, and a whole list) failed: pinned at the portal for the office manager: nothing; expected: 256, chat17",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			fakePath(t, test.onPath)
			out := &paper{}
			o := testOptions(t, out)
			err := run(t.Context(), o)
			if err == nil || !strings.Contains(err.Error(), test.problem) {
				t.Errorf("the error is %v, want\n%s", err, test.problem)
			}
			if !strings.Contains(out.String(), test.shown) {
				t.Errorf("%q is not among what was printed:\n%s", test.shown, out)
			}
		})
	}
}

func TestInterruptIsPassedOnAndWaitedFor(t *testing.T) {
	// The fake ends by itself only if no interrupt comes; what it says after the interrupt shows that it was waited for.
	fakePath(t, map[string]string{"go": "", "terraform": fakeCLI("1.11.4", `[ "$1" = init ] && exit # what it prints is not shown
trap 'echo interrupted; exit 1' INT
echo waiting
i=0; while [ $i -lt 20000000 ]; do i=$((i+1)); done`)})
	out := &paper{await: "waiting", seen: make(chan struct{})}
	o := testOptions(t, out)
	reason := errors.New("Ctrl-C")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		<-out.seen
		cancel(reason)
	}()
	if err := run(ctx, o); !errors.Is(err, reason) || err.Error() != reason.Error() {
		t.Errorf("the error is %v, want %v alone", err, reason)
	}
	if !strings.Contains(out.String(), "     interrupted\n") {
		t.Errorf("the CLI was not given the time to end:\n%s", out)
	}
}

func TestCancelledBeforeItBegins(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := testOptions(t, &paper{})
	if err := run(ctx, o); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

// needsCLI skips a test that really runs Terraform or OpenTofu, unless it is asked for and there is one.
func needsCLI(t *testing.T) {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC=1, as make test sets it")
	}
	for _, name := range []string{"terraform", "tofu"} {
		if _, err := exec.LookPath(name); err == nil {
			return
		}
	}
	t.Skip("neither terraform nor tofu is on PATH")
}

// inHaste is a scene that nobody waits for: requests are spaced less than for a portal that others use too.
func inHaste(s scene) scene {
	environ := s.environ
	s.environ = func(office *fakeportal.Server) []string {
		return append(environ(office), "BITRIX24_REQUESTS_PER_SECOND=50")
	}
	return s
}

// What the reader sees of each scene. They take turns in one folder, so that Go finds the provider built for the second.
func TestScenes(t *testing.T) {
	needsCLI(t)
	t.Parallel()
	folder := t.TempDir()
	for _, test := range []struct {
		scene scene
		want  []string
	}{
		{twoPeople(), []string{
			"$ go build", " init\n", " plan -out=", " apply ", " plan -detailed-exitcode", " destroy ",
			"📌  General ", "📌  Support Desk ",
			"📌  General           chat17\n     📌  Website relaunch  chat170 (sg5)\n     📌  Quarterly report  chat33\n",
			"bitrix24_pinned_dialog.general has been deleted", `+ "chat58"`, `- "chat58"`, "No changes.", "3 destroyed",
		}},
		{aTeam(), []string{
			"The manager's chat list", "accountant's chat list", "engineer's chat list",
			"3 added", "📌  General           chat17\n     📌  Incidents         chat21\n", "No changes.", "(3 requests to the portal)", "3 destroyed",
		}},
	} {
		t.Run(test.scene.example, func(t *testing.T) {
			out := &paper{}
			o := testOptions(t, out)
			o.scene, o.example, o.folder = inHaste(test.scene), filepath.Join(o.root, "examples", test.scene.example), folder
			// Without what a debugger needs, the provider is linked in two thirds of the time. With one thread, Terraform takes a
			// quarter less of it for a few pins.
			o.environ = append(o.environ, "GOFLAGS=-ldflags=-w", "GOMAXPROCS=1")
			if err := run(t.Context(), o); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			for _, want := range test.want {
				if !strings.Contains(out.String(), want) {
					t.Errorf("%q is not among what was printed:\n%s", want, out)
				}
			}
			if err := os.RemoveAll(o.workFolder()); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// A CLI that says it is done and does nothing: the demo asks the portal itself.
func TestStepsDoNotBelieveTheCLI(t *testing.T) {
	fakePath(t, map[string]string{"terraform": fakeCLI("1.11.4", "exit 0")})
	manager, accountant := fakeportal.OfficeManagerID, fakeportal.AccountantID
	single, whole := []string{"256", "chat17"}, []string{"chat17", "chat170", "chat33"}
	cases := map[string]struct {
		step   func(*play) func(context.Context) error
		pinned map[int64][]string
		want   string
	}{
		"apply that pins nothing": {
			func(p *play) func(context.Context) error { return p.apply }, nil,
			"pinned at the portal for the office manager: nothing; expected: 256, chat17",
		},
		"apply that makes no list": {
			func(p *play) func(context.Context) error { return p.apply },
			map[int64][]string{manager: single},
			"pinned at the portal for the accountant: nothing; expected: chat17, chat170, chat33",
		},
		"apply that leaves another pin": {
			func(p *play) func(context.Context) error { return p.apply },
			map[int64][]string{manager: single, accountant: {"chat33", "chat170", "chat17", "chat58"}},
			"pinned at the portal for the accountant: chat17, chat170, chat33, chat58; expected: chat17, chat170, chat33",
		},
		"plan that notices nothing": {
			func(p *play) func(context.Context) error { return p.notice },
			map[int64][]string{manager: single, accountant: whole},
			"did not notice what was changed by hand",
		},
		"destroy that unpins nothing": {
			func(p *play) func(context.Context) error { return p.destroy },
			map[int64][]string{accountant: whole},
			"pinned at the portal for the accountant: chat17, chat170, chat33; expected: nothing",
		},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			p := prepared(t, &paper{})
			for user, dialogs := range test.pinned {
				for _, dialogID := range dialogs {
					if err := p.office.Portal.Pin(user, dialogID); err != nil {
						t.Fatal(err)
					}
				}
			}
			if err := test.step(p)(t.Context()); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the error is %v, want it to say %q", err, test.want)
			}
		})
	}
}

// Before each step the demo waits for a person, who has the portal's page before the eyes.
func TestWatch(t *testing.T) {
	fakePath(t, map[string]string{"go": "", "terraform": fakeCLI("1.11.4", "exit 0")})
	input, keyboard := io.Pipe()
	out := &paper{await: "Press Enter for the next step: Build the provider and install it", seen: make(chan struct{})}
	o := testOptions(t, out)
	o.reader = newReader(input)
	ended := make(chan error, 1)
	go func() { ended <- run(t.Context(), o) }()
	<-out.seen
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+/`).FindString(out.String())
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", "text/html")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if shown := answer.Header.Get("Content-Type"); !strings.HasPrefix(shown, "text/html") {
		t.Errorf("at %s is %q, want the page", address, shown)
	}
	if strings.Contains(out.String(), "1. Build") {
		t.Errorf("nobody was waited for:\n%s", out)
	}
	_ = keyboard.Close() // it goes on by itself
	if err := <-ended; err == nil || !strings.Contains(err.Error(), "expected: 256, chat17") {
		t.Errorf("the error is %v", err)
	}
	if asked := strings.Count(out.String(), "Press Enter for the next step: "); asked != 4 {
		t.Errorf("asked %d times, want once before each of 4 steps:\n%s", asked, out)
	}
}
