// Command picture writes the pictures of the READMEs into .github/pictures: one person's chat list before an apply and after
// it, and the fake portal's page during one. It starts a fake portal, its page in a browser, and a real Terraform, which
// applies examples of this repository.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/pictures"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/program"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tfcli"
	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/tools/browser"
)

func main() { program.Main("picture", run) }

// run draws all pictures in the repository that is the current folder.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	if err := program.Parse(flag.NewFlagSet("picture", flag.ContinueOnError), args, stdout); err != nil {
		return err
	}
	say := program.Say(stdout)
	return program.InScratch("picture", func(root, folder string) (err error) {
		cli, err := tfcli.Install(ctx, tfcli.Options{Root: root, Folder: folder, Environ: os.Environ(), Say: say})
		if err != nil {
			return err
		}
		browsing, stop, err := browser.Start(ctx)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, stop()) }()
		s := studio{root: root, folder: folder, cli: cli, say: say}
		for _, l := range languages() {
			if err := s.draw(browsing, l); err != nil {
				return err
			}
		}
		return pictures.Sign(root)
	})
}

// studio is what pictures are drawn with.
type studio struct {
	root, folder string // the repository, and for all else that is written
	cli          *tfcli.Installation
	say          func(string, ...any)
}

// draw draws the pictures of one language.
func (s studio) draw(browsing context.Context, l language) error {
	for name, picture := range map[string]func(context.Context, language) ([]byte, error){
		"before-after": s.beforeAfter,
		"applying":     s.applying,
	} {
		drawn, err := picture(browsing, l)
		if err != nil {
			return fmt.Errorf("%s%s: %w", name, l.suffix, err)
		}
		file := filepath.Join(s.root, filepath.FromSlash(pictures.Folder), name+l.suffix+".png")
		if drawn, err = smaller(drawn); err != nil {
			return err
		}
		if err := os.WriteFile(file, drawn, 0o644); err != nil {
			return err
		}
		s.say("%s%s.png: %d KB", name, l.suffix, len(drawn)/1000)
	}
	return nil
}
