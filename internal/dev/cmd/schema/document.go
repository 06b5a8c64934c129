package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

// document is the whole JSON document.
type document = tfjson.ProviderSchemas

// formatVersion is that of Terraform's newest documents.
const formatVersion = "1.0"

func newDocument(schemas *tfprotov6.GetProviderSchemaResponse, identities *tfprotov6.GetResourceIdentitySchemasResponse) (*document, error) {
	// Nothing is omitted silently: if the provider has a kind of thing that this does not write, that is an error.
	if len(schemas.EphemeralResourceSchemas)+len(schemas.ActionSchemas) > 0 {
		return nil, fmt.Errorf("ephemeral resources and actions are not written yet; add them to newDocument")
	}
	var made tfjson.ProviderSchema
	var err error
	if made.ConfigSchema, err = schemaOf(schemas.Provider); err != nil {
		return nil, err
	}
	if made.ResourceSchemas, err = each(schemas.ResourceSchemas, schemaOf); err != nil {
		return nil, err
	}
	if made.DataSourceSchemas, err = each(schemas.DataSourceSchemas, schemaOf); err != nil {
		return nil, err
	}
	if made.ListResourceSchemas, err = each(schemas.ListResourceSchemas, schemaOf); err != nil {
		return nil, err
	}
	if made.Functions, err = each(schemas.Functions, functionOf); err != nil {
		return nil, err
	}
	if made.ResourceIdentitySchemas, err = each(identities.IdentitySchemas, identityOf); err != nil {
		return nil, err
	}
	return &document{FormatVersion: formatVersion, Schemas: map[string]*tfjson.ProviderSchema{providerName: &made}}, nil
}

// each converts all values of a map.
func each[From, To any](from map[string]From, convert func(From) (To, error)) (map[string]To, error) {
	made := map[string]To{}
	for _, name := range slices.Sorted(maps.Keys(from)) {
		value, err := convert(from[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		made[name] = value
	}
	return made, nil
}

func schemaOf(schema *tfprotov6.Schema) (*tfjson.Schema, error) {
	if len(schema.Block.BlockTypes) > 0 {
		return nil, fmt.Errorf("blocks are not written yet; add them to schemaOf")
	}
	attributes, err := attributesOf(schema.Block.Attributes)
	return &tfjson.Schema{
		Version: uint64(schema.Version),
		Block: &tfjson.SchemaBlock{
			Attributes:      attributes,
			Description:     schema.Block.Description,
			DescriptionKind: kindOf(schema.Block.DescriptionKind),
			Deprecated:      schema.Block.Deprecated,
		},
	}, err
}

func attributesOf(attributes []*tfprotov6.SchemaAttribute) (map[string]*tfjson.SchemaAttribute, error) {
	byName := map[string]*tfprotov6.SchemaAttribute{}
	for _, attribute := range attributes {
		byName[attribute.Name] = attribute
	}
	return each(byName, attributeOf)
}

func attributeOf(attribute *tfprotov6.SchemaAttribute) (*tfjson.SchemaAttribute, error) {
	made := &tfjson.SchemaAttribute{
		Description:     attribute.Description,
		DescriptionKind: kindOf(attribute.DescriptionKind),
		Deprecated:      attribute.Deprecated,
		Required:        attribute.Required,
		Optional:        attribute.Optional,
		Computed:        attribute.Computed,
		Sensitive:       attribute.Sensitive,
		WriteOnly:       attribute.WriteOnly,
	}
	var err error
	if attribute.NestedType == nil {
		made.AttributeType, err = typeOf(attribute.Type)
		return made, err
	}
	made.AttributeNestedType = &tfjson.SchemaNestedAttributeType{
		NestingMode: tfjson.SchemaNestingMode(strings.ToLower(attribute.NestedType.Nesting.String())),
	}
	made.AttributeNestedType.Attributes, err = attributesOf(attribute.NestedType.Attributes)
	return made, err
}

func identityOf(identity *tfprotov6.ResourceIdentitySchema) (*tfjson.IdentitySchema, error) {
	byName := map[string]*tfprotov6.ResourceIdentitySchemaAttribute{}
	for _, attribute := range identity.IdentityAttributes {
		byName[attribute.Name] = attribute
	}
	attributes, err := each(byName, func(attribute *tfprotov6.ResourceIdentitySchemaAttribute) (*tfjson.IdentityAttribute, error) {
		kind, err := typeOf(attribute.Type)
		return &tfjson.IdentityAttribute{
			IdentityType:      kind,
			Description:       attribute.Description,
			RequiredForImport: attribute.RequiredForImport,
			OptionalForImport: attribute.OptionalForImport,
		}, err
	})
	return &tfjson.IdentitySchema{Version: uint64(identity.Version), Attributes: attributes}, err
}

func functionOf(function *tfprotov6.Function) (*tfjson.FunctionSignature, error) {
	if function.VariadicParameter != nil {
		return nil, fmt.Errorf("variadic parameters are not written yet; add them to functionOf")
	}
	returns, err := typeOf(function.Return.Type)
	if err != nil {
		return nil, err
	}
	made := &tfjson.FunctionSignature{
		Description:        function.Description,
		Summary:            function.Summary,
		DeprecationMessage: function.DeprecationMessage,
		ReturnType:         returns,
	}
	for _, parameter := range function.Parameters {
		kind, err := typeOf(parameter.Type)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", parameter.Name, err)
		}
		made.Parameters = append(made.Parameters, &tfjson.FunctionParameter{
			Name:        parameter.Name,
			Description: parameter.Description,
			IsNullable:  parameter.AllowNullValue,
			Type:        kind,
		})
	}
	return made, nil
}

func kindOf(kind tfprotov6.StringKind) tfjson.SchemaDescriptionKind {
	if kind == tfprotov6.StringKindMarkdown {
		return tfjson.SchemaDescriptionKindMarkdown
	}
	return tfjson.SchemaDescriptionKindPlain
}

// typeOf goes through JSON, in which both packages write types in the same way.
func typeOf(from tftypes.Type) (cty.Type, error) {
	var to cty.Type
	text, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(text, &to)
	}
	return to, err
}
