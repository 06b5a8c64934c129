package tfsim

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// counts are how many resources an action creates, changes and destroys.
func (a action) counts() (add, changed, destroyed int) {
	switch a {
	case create:
		return 1, 0, 0
	case update:
		return 0, 1, 0
	case destroy:
		return 0, 0, 1
	case destroyThenCreate, createThenDestroy:
		return 1, 0, 1
	}
	return 0, 0, 0
}

// String is what Terraform prints of the plan, without the attributes.
func (p *Plan) String() string {
	var text strings.Builder
	var add, changed, destroyed, imported int
	for _, address := range slices.Sorted(maps.Keys(p.changes)) {
		ch := p.changes[address]
		says := map[action]string{
			create: "will be created", update: "will be updated in-place", destroy: "will be destroyed",
			destroyThenCreate: "must be replaced", createThenDestroy: "must be replaced", readData: "will be read during apply",
		}[ch.action]
		if ch.imported {
			imported++
			says = strings.TrimSpace("will be imported " + says)
		}
		if says != "" {
			fmt.Fprintf(&text, "  # %s %s\n", address, says)
		}
		a, c, d := ch.action.counts()
		add, changed, destroyed = add+a, changed+c, destroyed+d
	}
	outputs := p.outputChanges()
	switch {
	case text.Len() == 0 && len(outputs) > 0:
		return "Changes to Outputs:\n  " + strings.Join(outputs, "\n  ") + "\n"
	case text.Len() == 0:
		return "No changes. Your infrastructure matches the configuration.\n"
	}
	imports := ""
	if imported > 0 {
		imports = fmt.Sprintf("%d to import, ", imported)
	}
	return text.String() + fmt.Sprintf("Plan: %s%d to add, %d to change, %d to destroy.\n", imports, add, changed, destroyed)
}

// outputChanges are the names of the outputs that change.
func (p *Plan) outputChanges() []string {
	var all []string
	for name, value := range p.outputs {
		if before, ok := p.was[name]; !ok || !before.RawEquals(value) {
			all = append(all, name)
		}
	}
	for name := range p.was {
		if _, ok := p.outputs[name]; !ok {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

// Changed returns the addresses of everything that changes.
func (p *Plan) Changed() []string {
	var all []string
	for _, address := range slices.Sorted(maps.Keys(p.changes)) {
		if p.changes[address].action != noOp {
			all = append(all, address)
		}
	}
	return all
}
