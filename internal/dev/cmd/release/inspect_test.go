package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
)

const testVersion = "1.2.3-snapshot"

// built is what a builder left, in a repository that has a manifest.
type built struct {
	t          *testing.T
	root, dist string
}

func mustDo(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newBuilt writes what a builder leaves, with these archives.
func newBuilt(t *testing.T, archives map[string][]byte) *built {
	t.Helper()
	b := &built{t, t.TempDir(), t.TempDir()}
	mustDo(t, os.WriteFile(filepath.Join(b.root, manifest), []byte("{}\n"), 0o644))
	b.write("metadata.json", `{"version": "`+testVersion+`"}`)
	for _, platform := range platforms() {
		b.write(b.name(platform+".zip"), string(archives[platform]))
		b.write(b.name(platform+".cdx.json"), `{"bomFormat": "CycloneDX", "components": [{"name": "github.com/hashicorp/terraform-plugin-framework"}]}`)
	}
	return b
}

// goodArchives are those of a release, by platform. Making them takes longer than checking them.
func goodArchives(t *testing.T) map[string][]byte {
	t.Helper()
	archives := map[string][]byte{}
	for _, platform := range platforms() {
		archives[platform] = packedAs(t, zip.Deflate, good(platform)...)
	}
	return archives
}

func (b *built) name(rest string) string { return project + "_" + testVersion + "_" + rest }

func (b *built) write(name, text string) {
	b.t.Helper()
	mustDo(b.t, os.WriteFile(filepath.Join(b.dist, name), []byte(text), 0o644))
}

// packed is a file in an archive.
type packed struct {
	name string
	text []byte
	mode fs.FileMode
}

// good is what an archive has to hold.
func good(platform string) []packed {
	return []packed{
		{"CHANGELOG.md", nil, 0o644},
		{"LICENSE", nil, 0o644},
		{"README.md", nil, 0o644},
		{tfcli.ProviderFile(testVersion, platform), make([]byte, 2<<20), 0o755},
		{manifest, []byte("{}\n"), 0o644},
	}
}

// with writes a good archive in which one file is another.
func (b *built) with(platform string, at int, change func(*packed)) {
	b.t.Helper()
	files := good(platform)
	change(&files[at])
	b.archive(platform, files...)
}

func (b *built) archive(platform string, files ...packed) {
	b.t.Helper()
	b.write(b.name(platform+".zip"), string(packedAs(b.t, zip.Deflate, files...)))
}

// packedAs is an archive of the files.
func packedAs(t *testing.T, method uint16, files ...packed) []byte {
	t.Helper()
	var archive bytes.Buffer
	writer := zip.NewWriter(&archive)
	for _, file := range files {
		header := &zip.FileHeader{Name: file.name, Method: method}
		header.SetMode(file.mode)
		entry, err := writer.CreateHeader(header)
		mustDo(t, err)
		_, err = entry.Write(file.text)
		mustDo(t, err)
	}
	mustDo(t, writer.Close())
	return archive.Bytes()
}

// sum writes the checksums of everything that is there, except the files in without.
func (b *built) sum(without ...string) {
	b.t.Helper()
	var sums strings.Builder
	add := func(name, file string) {
		text, err := os.ReadFile(file)
		mustDo(b.t, err)
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(text), name)
	}
	entries, err := os.ReadDir(b.dist)
	mustDo(b.t, err)
	for _, entry := range entries {
		if entry.Name() != "metadata.json" && entry.Name() != b.name("SHA256SUMS") && !strings.Contains(strings.Join(without, " "), entry.Name()) {
			add(entry.Name(), filepath.Join(b.dist, entry.Name()))
		}
	}
	add(b.name("manifest.json"), filepath.Join(b.root, manifest))
	b.write(b.name("SHA256SUMS"), sums.String())
}

// inspected is a possible output of a builder, and the expected error.
type inspected struct {
	change  func(b *built) // before the sums are written
	after   func(b *built)
	problem string // empty: none
}

func inspectEach(t *testing.T, all map[string]inspected) {
	t.Helper()
	archives := goodArchives(t)
	for name, test := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBuilt(t, archives)
			if test.change != nil {
				test.change(b)
			}
			b.sum()
			if test.after != nil {
				test.after(b)
			}
			made, err := inspect(b.dist, b.root)
			switch {
			case test.problem != "":
				if err == nil || !strings.Contains(err.Error(), test.problem) {
					t.Errorf("the error is %v, want one with %q", err, test.problem)
				}
			case err != nil:
				t.Error(err)
			case made.version != testVersion || len(made.archives) != len(platforms()):
				t.Errorf("found %+v", made)
			}
		})
	}
}

func TestInspectArchives(t *testing.T) {
	t.Parallel()
	inspectEach(t, map[string]inspected{
		"as it should be": {},
		"an archive is missing": {
			change:  func(b *built) { mustDo(b.t, os.Remove(filepath.Join(b.dist, b.name("linux_arm64.zip")))) },
			problem: "linux_arm64.zip",
		},
		"the program has another name": {
			change:  func(b *built) { b.with("linux_amd64", 3, func(f *packed) { f.name = "terraform-provider-bitrix24" }) },
			problem: "want CHANGELOG.md, LICENSE, README.md, terraform-provider-bitrix24_v" + testVersion,
		},
		"the program of Windows without its ending": {
			change:  func(b *built) { b.archive("windows_amd64", good("linux_amd64")...) },
			problem: "windows_amd64.zip: it holds",
		},
		"the program cannot be executed": {
			change:  func(b *built) { b.with("linux_amd64", 3, func(f *packed) { f.mode = 0o644 }) },
			problem: "cannot be executed",
		},
		"the program is empty": {
			change:  func(b *built) { b.with("linux_amd64", 3, func(f *packed) { f.text = nil }) },
			problem: "0 bytes",
		},
		"no manifest in an archive": {
			change:  func(b *built) { b.archive("darwin_arm64", good("darwin_arm64")[:4]...) },
			problem: "darwin_arm64.zip: it holds",
		},
		"another manifest in an archive": {
			change:  func(b *built) { b.with("linux_386", 4, func(f *packed) { f.text = []byte("{}") }) },
			problem: "differs from the repository's",
		},
	})
}

func TestInspectWhatIsBesideTheArchives(t *testing.T) {
	t.Parallel()
	inspectEach(t, map[string]inspected{
		"not a bill of materials": {
			change:  func(b *built) { mustDo(b.t, os.Remove(filepath.Join(b.dist, b.name("linux_amd64.cdx.json")))) },
			problem: "linux_amd64.cdx.json",
		},
		"an empty bill of materials": {
			change:  func(b *built) { b.write(b.name("linux_amd64.cdx.json"), `{"bomFormat": "CycloneDX"}`) },
			problem: "not a bill of materials",
		},
		"a sum is missing": {
			after:   func(b *built) { b.sum(b.name("linux_amd64.zip")) },
			problem: "does not name " + project + "_" + testVersion + "_linux_amd64.zip",
		},
		"a sum is wrong": {
			after:   func(b *built) { b.with("linux_amd64", 2, func(f *packed) { f.text = []byte("# Another\n") }) },
			problem: "wrong sum for " + project + "_" + testVersion + "_linux_amd64.zip",
		},
		"the manifest's sum is wrong": {
			after: func(b *built) {
				mustDo(b.t, os.WriteFile(filepath.Join(b.root, manifest), []byte("{ }\n"), 0o644))
			},
			problem: "wrong sum for " + project + "_" + testVersion + "_manifest.json",
		},
		"a file too many": {
			change:  func(b *built) { b.write(b.name("plan9_amd64.zip"), "") },
			problem: "plan9_amd64.zip, which a release does not have",
		},
		"no version": {after: func(b *built) { b.write("metadata.json", `{}`) }, problem: "which version"},
		"nothing":    {after: func(b *built) { b.dist = filepath.Join(b.dist, "none") }, problem: "nothing was built"},
	})
}

// The platforms are those of the builder's configuration: one that is added or lost on either side shows here, without a build.
func TestPlatforms(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "..", ".goreleaser.yml"))
	mustDo(t, err)
	ignored := map[string]bool{}
	for _, pair := range regexp.MustCompile(`- goos: (\w+)\n +goarch: "?(\w+)"?\n`).FindAllStringSubmatch(string(text), -1) {
		ignored[pair[1]+"_"+pair[2]] = true
	}
	var told []string
	for _, system := range listed(t, string(text), "goos") {
		for _, architecture := range listed(t, string(text), "goarch") {
			if platform := system + "_" + architecture; !ignored[platform] {
				told = append(told, platform)
			}
		}
	}
	slices.Sort(told)
	if !slices.Equal(told, platforms()) {
		t.Errorf("the builder is told of\n%q, want\n%q", told, platforms())
	}
}

// listed are the words of a list in the builder's configuration.
func listed(t *testing.T, text, name string) (words []string) {
	t.Helper()
	block := regexp.MustCompile(`(?m)^    ` + name + `:\n((?:      - .+\n)+)`).FindStringSubmatch(text)
	if block == nil {
		t.Fatalf("there is no list %s", name)
	}
	for line := range strings.Lines(block[1]) {
		words = append(words, strings.Trim(strings.TrimPrefix(strings.TrimSpace(line), "- "), `"`))
	}
	return words
}

func TestUnpack(t *testing.T) {
	t.Parallel()
	b := &built{t: t, dist: t.TempDir()}
	b.archive("linux_amd64", good("linux_amd64")...)
	folder := filepath.Join(t.TempDir(), "mirror", "linux_amd64")
	mustDo(t, unpack(filepath.Join(b.dist, b.name("linux_amd64.zip")), folder))
	info, err := os.Stat(filepath.Join(folder, tfcli.ProviderFile(testVersion, "linux_amd64")))
	mustDo(t, err)
	executable := runtime.GOOS == "windows" || info.Mode().Perm()&0o100 != 0 // Windows goes by the name
	if !executable || info.Size() != 2<<20 {
		t.Errorf("the program has %d bytes and the mode %s", info.Size(), info.Mode())
	}
	b.archive("linux_amd64", packed{"../elsewhere", nil, 0o644})
	if err := unpack(filepath.Join(b.dist, b.name("linux_amd64.zip")), t.TempDir()); err == nil {
		t.Error("a file was unpacked beside the folder")
	}
}
