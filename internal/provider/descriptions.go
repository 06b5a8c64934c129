package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/int64planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Descriptions and attributes that several schemas share.
const (
	userDescription   = "Whose chat list: a name in the provider's `user_webhooks`. Without it, that of the owner of the provider's own webhook or access token."
	portalDescription = "The portal: its host, and the folders before `/rest/` if there are any: `portal.example`, `intranet.example/b24`. If the webhook becomes another portal's, the resource is replaced."
	chatIDDescription = "Number of the chat behind the dialog. Groups and private chats have one too."
	typeDescription   = "Bitrix24's word for the kind of chat, such as `user`, `chat`, `open` or `sonetGroup`, as of the last read."
	titleDescription  = "What the user reads in the chat list, as of the last read."

	// changeOfUser says what a change of the credential does.
	changeOfUser = "If it changes and still belongs to the same user, nothing changes on the portal. If it becomes another user's, the pins are created again in that user's list, and those in the first list stay."
)

// userAttribute is the attribute "user" of a data source.
func userAttribute() datasourceschema.StringAttribute {
	return datasourceschema.StringAttribute{
		MarkdownDescription: userDescription,
		Optional:            true,
		Validators:          []validator.String{userName()},
	}
}

// userIDAttribute is the attribute "user_id" of a data source.
func userIDAttribute() datasourceschema.Int64Attribute {
	return datasourceschema.Int64Attribute{
		MarkdownDescription: "The person's number on the portal, from 1.",
		Computed:            true,
	}
}

// managedUserAttribute is the attribute "user" of a resource. Its description also says what a change does.
func managedUserAttribute(change string) resourceschema.StringAttribute {
	return resourceschema.StringAttribute{
		MarkdownDescription: userDescription + change,
		Optional:            true,
		Validators:          []validator.String{userName()},
	}
}

// keptInt64 is a computed attribute of a resource. A plan keeps the state's value, unless planUpdate finds a change that the
// attribute depends on. If a state from an older provider lacks it, an update adds it.
func keptInt64(description string) resourceschema.Int64Attribute {
	return resourceschema.Int64Attribute{
		MarkdownDescription: description,
		Computed:            true,
		PlanModifiers:       []planmodifier.Int64{int64planmodifier.UseNonNullStateForUnknown()},
	}
}

// keptString is keptInt64 for a text.
func keptString(description string) resourceschema.StringAttribute {
	return resourceschema.StringAttribute{
		MarkdownDescription: description,
		Computed:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseNonNullStateForUnknown()},
	}
}

// promised is the value of a computed attribute after an apply: the planned one, which Terraform insists on, or else the one that
// was found.
func promised[T attr.Value](planned, found T) T {
	if planned.IsUnknown() {
		return found
	}
	return planned
}
