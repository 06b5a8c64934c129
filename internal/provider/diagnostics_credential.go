package provider

import (
	"errors"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/bitrix24"
)

// credentialProblem says what is wrong with a credential and what to do about it. Without an error, it says nothing.
func credentialProblem(err error) string {
	var refused *bitrix24.CredentialError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &refused):
		return refused.Error() + " " + credentialRemedy(refused)
	default:
		return err.Error()
	}
}

// credentialRemedy is what to do about a text that is not a credential.
func credentialRemedy(refused *bitrix24.CredentialError) string {
	const elsewhere = "A webhook's URL belongs in webhook_url or user_webhooks."
	example, end := `It has to look like "https://portal.example/rest/1/SECRET/".`, "the secret and a slash"
	switch refused.Part {
	case bitrix24.PartPortalURL:
		example, end = `It has to look like "https://portal.example".`, "the host and a slash"
	case bitrix24.PartAccessToken:
		example = `It is the "access_token" that Bitrix24 gave your app.`
	}
	switch refused.Reason {
	case bitrix24.ReasonInvisible:
		return "Remove it, or copy the value again."
	case bitrix24.ReasonShortSecret, bitrix24.ReasonShortToken:
		return "Copy all of it again. " + example
	case bitrix24.ReasonSwapped, bitrix24.ReasonEmptyPart, bitrix24.ReasonNoSecret:
		return "Copy the whole URL again from the webhook's page in Bitrix24. " + example
	case bitrix24.ReasonSpelling:
		return `Write "/rest/". ` + example
	case bitrix24.ReasonHalfQuoted:
		return "Remove it. " + example
	case bitrix24.ReasonQuoted:
		return "Remove them. " + example
	case bitrix24.ReasonUnencrypted:
		return `Write "https://".`
	case bitrix24.ReasonUserInfo:
		return `Remove it and the "@".`
	case bitrix24.ReasonQuery, bitrix24.ReasonEmptyQuery:
		return `Remove it, so that the URL ends in ` + end + "."
	case bitrix24.ReasonREST3:
		return `Remove "api/" after "/rest/".`
	case bitrix24.ReasonMethod, bitrix24.ReasonAfterSecret:
		return `Remove what stands after the secret, such as "profile.json", so that the URL ends in ` + end + "."
	case bitrix24.ReasonPath:
		return "Remove it. " + elsewhere
	case bitrix24.ReasonURL:
		return elsewhere
	case bitrix24.ReasonNotAToken, bitrix24.ReasonEqualsSign:
		return `Give the value of "access_token" alone, without quotes and without "Bearer".`
	default:
		return example
	}
}
