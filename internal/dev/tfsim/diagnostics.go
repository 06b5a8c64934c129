package tfsim

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Diagnostic is an error or a warning as Terraform shows it.
type Diagnostic struct {
	Warning bool // else it is an error
	Summary string
	Detail  string
	Address string // of the resource; empty if it is about none
	Line    int    // of the configuration; 0 if it is not about a line
	Context string // the head of the block that the line is in, such as `provider "bitrix24"`
	Code    string // of that line
}

// String is the diagnostic in Terraform's words, without its colours, its frame and its line breaks.
func (d Diagnostic) String() string {
	var text strings.Builder
	kind := "Error"
	if d.Warning {
		kind = "Warning"
	}
	fmt.Fprintf(&text, "%s: %s\n\n", kind, d.Summary)
	switch {
	case d.Address != "" && d.Line > 0:
		fmt.Fprintf(&text, "  with %s,\n", d.Address)
	case d.Address != "":
		fmt.Fprintf(&text, "  with %s\n\n", d.Address)
	}
	if d.Line > 0 {
		fmt.Fprintf(&text, "  on %s line %d, in %s:\n  %d: %s\n\n", fileName, d.Line, d.Context, d.Line, d.Code)
	}
	return text.String() + d.Detail + "\n"
}

// Diagnostics are those of one command.
type Diagnostics []Diagnostic

// String is all of them.
func (all Diagnostics) String() string {
	texts := make([]string, len(all))
	for i, d := range all {
		texts[i] = d.String()
	}
	return strings.Join(texts, "\n")
}

// HasError reports whether one of them is an error.
func (all Diagnostics) HasError() bool {
	return slices.ContainsFunc(all, func(d Diagnostic) bool { return !d.Warning })
}

// Err is all errors as one; nil if there is none.
func (all Diagnostics) Err() error {
	failures := slices.DeleteFunc(slices.Clone(all), func(d Diagnostic) bool { return d.Warning })
	if len(failures) == 0 {
		return nil
	}
	return errors.New(failures.String())
}

// failure is an error that Terraform or the simulation has found itself.
func failure(address string, err error) Diagnostics {
	if err == nil {
		return nil
	}
	return Diagnostics{{Summary: "Terraform", Detail: err.Error(), Address: address}}
}

// failed returns what the provider says about a block. If there is no block, because the resource is no longer
// configured or is destroyed, Terraform does not say which resource it is.
func (b *block) failed(address string, said []*tfprotov6.Diagnostic) Diagnostics {
	var all Diagnostics
	for _, d := range said {
		one := Diagnostic{Warning: d.Severity == tfprotov6.DiagnosticSeverityWarning, Summary: d.Summary, Detail: d.Detail}
		if b != nil {
			one.Address = address
		}
		if b != nil && b.header.Start.Line > 0 {
			at := b.header
			if attribute, ok := b.attributes[firstStep(d.Attribute)]; ok {
				at = attribute.SrcRange
			}
			one.place(b, at)
		}
		all = append(all, one)
	}
	return all
}

// place says where in the configuration the diagnostic belongs.
func (d *Diagnostic) place(b *block, at hcl.Range) {
	d.Line, d.Context = at.Start.Line, b.head()
	d.Code = b.line(d.Line)
}

// firstStep is the attribute of the block that a path leads into; empty if it leads nowhere.
func firstStep(path *tftypes.AttributePath) string {
	if path == nil || len(path.Steps()) == 0 {
		return ""
	}
	name, _ := path.Steps()[0].(tftypes.AttributeName)
	return string(name)
}
