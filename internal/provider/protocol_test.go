package provider

import (
	"context"
	"iter"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The calls that Terraform makes for identities (from 1.12 on) and lists (from 1.14 on). So they are tested with any
// Terraform. TestAccGeneratedConfiguration does the same with a new one.

// protocolServer is the provider behind Terraform's protocol, for one configuration.
type protocolServer struct {
	tfprotov6.ProviderServer
	t      *testing.T
	schema *tfprotov6.GetProviderSchemaResponse
	ids    map[string]*tfprotov6.ResourceIdentitySchema
}

// configured is a server with a user's webhook of its own, or none, and the named ones.
func (p *testPortal) configured(t *testing.T, own int64, named map[string]int64) *protocolServer {
	t.Helper()
	config := map[string]tftypes.Value{}
	if own != 0 {
		config["webhook_url"] = tftypes.NewValue(tftypes.String, p.WebhookURL(p.base, own))
	}
	if named != nil {
		urls := map[string]tftypes.Value{}
		for name, user := range named {
			urls[name] = tftypes.NewValue(tftypes.String, p.WebhookURL(p.base, user))
		}
		config["user_webhooks"] = webhookMap(urls)
	}
	return serverFor(t, p.world(), config)
}

// webhookMap is a value of user_webhooks.
func webhookMap(urls map[string]tftypes.Value) tftypes.Value {
	return tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, urls)
}

// serverFor is a server with these settings.
func serverFor(t *testing.T, in world, config map[string]tftypes.Value) *protocolServer {
	t.Helper()
	server := in.server()()
	s := &protocolServer{ProviderServer: server, t: t}
	var err error
	s.schema, err = server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	mustDo(t, err)
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	mustDo(t, err)
	s.ids = identities.IdentitySchemas
	if _, set := config["requests_per_second"]; !set {
		config["requests_per_second"] = tftypes.NewValue(tftypes.Number, 100)
	}
	resp, err := server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: s.pack(s.schema.Provider.ValueType(), config)})
	mustDo(t, err)
	if problem := s.problem(resp.Diagnostics); problem != "" {
		t.Fatal(problem)
	}
	return s
}

// pack makes an object of the attributes; the others are null.
func (s *protocolServer) pack(kind tftypes.Type, attributes map[string]tftypes.Value) *tfprotov6.DynamicValue {
	s.t.Helper()
	object, _ := kind.(tftypes.Object)
	values := map[string]tftypes.Value{}
	for name, attribute := range object.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
	}
	for name, value := range attributes {
		values[name] = value
	}
	packed, err := tfprotov6.NewDynamicValue(kind, tftypes.NewValue(kind, values))
	mustDo(s.t, err)
	return &packed
}

// unpack writes an object's attributes as text. Nulls are left out; anything but texts and numbers has the form of tftypes.
func (s *protocolServer) unpack(kind tftypes.Type, packed *tfprotov6.DynamicValue) map[string]string {
	s.t.Helper()
	value, err := packed.Unmarshal(kind)
	mustDo(s.t, err)
	var attributes map[string]tftypes.Value
	mustDo(s.t, value.As(&attributes))
	texts := map[string]string{}
	for name, attribute := range attributes {
		if attribute.IsNull() {
			continue
		}
		switch {
		case attribute.Type().Is(tftypes.String):
			var text string
			mustDo(s.t, attribute.As(&text))
			texts[name] = text
		case attribute.Type().Is(tftypes.Number):
			texts[name] = strings.Trim(strings.TrimPrefix(attribute.String(), "tftypes.Number"), `<">`)
		default:
			texts[name] = attribute.String()
		}
	}
	return texts
}

// problem joins the errors into one text, which may not show a secret.
func (s *protocolServer) problem(diagnostics []*tfprotov6.Diagnostic) string {
	s.t.Helper()
	return s.said(tfprotov6.DiagnosticSeverityError, diagnostics)
}

// warning is problem for the warnings.
func (s *protocolServer) warning(diagnostics []*tfprotov6.Diagnostic) string {
	s.t.Helper()
	return s.said(tfprotov6.DiagnosticSeverityWarning, diagnostics)
}

func (s *protocolServer) said(severity tfprotov6.DiagnosticSeverity, diagnostics []*tfprotov6.Diagnostic) string {
	s.t.Helper()
	var problems []string
	for _, d := range diagnostics {
		if d.Severity == severity {
			problems = append(problems, d.Summary+": "+d.Detail)
		}
	}
	all := strings.Join(problems, "\n")
	if strings.Contains(all, secret) || strings.Contains(all, otherHooks) {
		s.t.Fatal("the error shows a webhook's secret")
	}
	return all
}

const (
	pinnedDialogType  = "bitrix24_pinned_dialog"
	pinnedDialogsType = "bitrix24_pinned_dialogs"
)

func (s *protocolServer) identityType(typeName string) tftypes.Type {
	return s.ids[typeName].ValueType()
}

func (s *protocolServer) resourceType(typeName string) tftypes.Type {
	return s.schema.ResourceSchemas[typeName].ValueType()
}

// identity is what an import block may have instead of an id, from Terraform 1.12 on.
func (s *protocolServer) identity(portal string, userID int64, dialogID string) *tfprotov6.ResourceIdentityData {
	s.t.Helper()
	return &tfprotov6.ResourceIdentityData{IdentityData: s.pack(s.identityType(pinnedDialogType), map[string]tftypes.Value{
		"portal":    tftypes.NewValue(tftypes.String, portal),
		"user_id":   tftypes.NewValue(tftypes.Number, userID),
		"dialog_id": tftypes.NewValue(tftypes.String, dialogID),
	})}
}

// imported is the result of an import: the state and the identity, or a problem.
type imported struct {
	state, identity map[string]string
	kept            *tfprotov6.ReadResourceResponse // what Terraform keeps of it
	problem         string
}

// listIdentity is identity for a whole list.
func (s *protocolServer) listIdentity(portal string, userID int64) *tfprotov6.ResourceIdentityData {
	s.t.Helper()
	return &tfprotov6.ResourceIdentityData{IdentityData: s.pack(s.identityType(pinnedDialogsType), map[string]tftypes.Value{
		"portal":  tftypes.NewValue(tftypes.String, portal),
		"user_id": tftypes.NewValue(tftypes.Number, userID),
	})}
}

// importPin imports a single pin and, as Terraform does next, reads.
func (s *protocolServer) importPin(req *tfprotov6.ImportResourceStateRequest) imported {
	s.t.Helper()
	req.TypeName = pinnedDialogType
	return s.imports(req)
}

// importList imports a whole list and, as Terraform does next, reads.
func (s *protocolServer) importList(req *tfprotov6.ImportResourceStateRequest) imported {
	s.t.Helper()
	req.TypeName = pinnedDialogsType
	return s.imports(req)
}

func (s *protocolServer) imports(req *tfprotov6.ImportResourceStateRequest) imported {
	s.t.Helper()
	resp, err := s.ImportResourceState(s.t.Context(), req)
	mustDo(s.t, err)
	if problem := s.problem(resp.Diagnostics); problem != "" {
		return imported{problem: problem}
	}
	if len(resp.ImportedResources) != 1 {
		s.t.Fatalf("%d resources were imported", len(resp.ImportedResources))
	}
	taken := resp.ImportedResources[0]
	read, err := s.ReadResource(s.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: req.TypeName, CurrentState: taken.State, Private: taken.Private, CurrentIdentity: taken.Identity,
	})
	mustDo(s.t, err)
	if problem := s.problem(read.Diagnostics); problem != "" {
		return imported{problem: problem}
	}
	return imported{
		state:    s.unpack(s.resourceType(req.TypeName), read.NewState),
		identity: s.unpack(s.identityType(req.TypeName), read.NewIdentity.IdentityData),
		kept:     read,
	}
}

// listed is one result of a list.
type listed struct {
	name               string
	identity, resource map[string]string // resource is nil if it was not asked for
	problem, warning   string
}

// list lists the pins of a user of user_webhooks, or of the provider's own credential.
func (s *protocolServer) list(user string, limit int64, includeResource bool) (all []listed) {
	s.t.Helper()
	for result := range s.results(s.t.Context(), pinnedDialogType, user, limit, includeResource) {
		all = append(all, s.listed(pinnedDialogType, result))
	}
	return all
}

// results are what a list resource finds, as they come.
func (s *protocolServer) results(ctx context.Context, typeName, user string, limit int64, includeResource bool) iter.Seq[tfprotov6.ListResourceResult] {
	s.t.Helper()
	server, ok := s.ProviderServer.(tfprotov6.ListResourceServer)
	if !ok {
		s.t.Fatal("the server has no list resources")
	}
	config := map[string]tftypes.Value{}
	if user != "" {
		config["user"] = tftypes.NewValue(tftypes.String, user)
	}
	stream, err := server.ListResource(ctx, &tfprotov6.ListResourceRequest{
		TypeName:        typeName,
		Config:          s.pack(s.schema.ListResourceSchemas[typeName].ValueType(), config),
		Limit:           limit,
		IncludeResource: includeResource,
	})
	mustDo(s.t, err)
	return stream.Results
}

// listed unpacks a result.
func (s *protocolServer) listed(typeName string, result tfprotov6.ListResourceResult) listed {
	s.t.Helper()
	one := listed{name: result.DisplayName, problem: s.problem(result.Diagnostics), warning: s.warning(result.Diagnostics)}
	if result.Identity != nil {
		one.identity = s.unpack(s.identityType(typeName), result.Identity.IdentityData)
	}
	if result.Resource != nil {
		one.resource = s.unpack(s.resourceType(typeName), result.Resource)
	}
	return one
}

// host is the portal's, as identities have it.
func (p *testPortal) host() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.base, "http://"), "https://")
}

// want fails when an attribute is not the wanted text; an empty one stands for null.
func want(t *testing.T, got map[string]string, attribute, text string) {
	t.Helper()
	if got[attribute] != text {
		t.Errorf("%s is %q, want %q", attribute, got[attribute], text)
	}
}

// says fails when the text does not hold all of these.
func says(t *testing.T, text string, want ...string) {
	t.Helper()
	for _, part := range want {
		if !strings.Contains(text, part) {
			t.Errorf("got %q, which does not say %q", text, part)
		}
	}
}
