package tfsim

import (
	"github.com/zclconf/go-cty/cty"
)

// terraformData is Terraform's own resource that keeps a value. Tests use it for values that are not known before an apply.
const terraformData = "terraform_data"

func terraformDataType() cty.Type {
	return cty.Object(map[string]cty.Type{
		"id": cty.String, "input": cty.DynamicPseudoType, "output": cty.DynamicPseudoType, "triggers_replace": cty.DynamicPseudoType,
	})
}

// planTerraformData is Terraform's plan: the output is known once the input has been applied.
func planTerraformData(prior, config cty.Value) planned {
	if config.IsNull() {
		return planned{object: object{value: config}}
	}
	values := config.AsValueMap()
	isNew := prior.IsNull()
	isOther := !isNew && !prior.GetAttr("triggers_replace").RawEquals(values["triggers_replace"])
	values["id"], values["output"] = cty.UnknownVal(cty.String), cty.UnknownVal(values["input"].Type())
	if values["input"].IsNull() {
		values["output"] = values["input"]
	}
	if !isNew && !isOther {
		values["id"] = prior.GetAttr("id")
		if prior.GetAttr("input").RawEquals(values["input"]) {
			values["output"] = prior.GetAttr("output")
		}
	}
	p := planned{object: object{value: cty.ObjectVal(values)}}
	if isOther {
		p.replaces = []string{"triggers_replace"}
	}
	return p
}

func applyTerraformData(planned cty.Value) object {
	if planned.IsNull() {
		return object{value: planned}
	}
	values := planned.AsValueMap()
	if !values["id"].IsKnown() {
		values["id"] = cty.StringVal("made")
	}
	values["output"] = values["input"]
	return object{value: cty.ObjectVal(values)}
}
