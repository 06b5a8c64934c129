package contract

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"
)

// answerFacts are about the owner of a webhook, and about what every answer and every error has.
func answerFacts() []Fact {
	return []Fact{
		{"profile: the ID", always("digits as text"), profileID},
		{"profile: whose the webhook is", always("the URL's user", "another user"), profileOwner},
		{"a result: time", always("numbers and dates"), timeFields},
		{"a result: operating fields", always("both", "operating alone", "none"), operatingFields},
		{"a result: Content-Type", always("JSON in UTF-8"), func(e *evidence) sighting { return contentType(e.profile) }},
		{"an error: Content-Type", always("JSON in UTF-8"), func(e *evidence) sighting { return contentType(e.badID) }},
		{"a result: headers for browsers", always("any origin, nosniff"), browserHeaders},
		{"an error: its keys", always("error, error_description"), errorKeys},
		{"an error: time", always("none"), func(e *evidence) sighting { return errorTime(e.badID) }},
		{"an unknown method", always("404 ERROR_METHOD_NOT_FOUND"), func(e *evidence) sighting { return saw("%s", e.unknown.brief()) }},
		{"pin: DIALOG_ID of a wrong form", always("400 DIALOG_ID_EMPTY"), func(e *evidence) sighting { return saw("%s", e.badID.brief()) }},
		{
			"pin: a chat one is not in",
			Expected{{"false"}, {"400 ACCESS_ERROR"}, {"400 ACCESS_ERROR"}},
			func(e *evidence) sighting { return saw("%s", e.foreign.brief()) },
		},
	}
}

// profileResult is the profile, or nil if the webhook's user is not active: then the portal gives none.
func (e *evidence) profileResult() (map[string]any, string) {
	result := e.profile.body["result"]
	if kind(result) == "[]" {
		return nil, "the webhook's user is not active"
	}
	profile, _ := result.(map[string]any)
	return profile, ""
}

func profileID(e *evidence) sighting {
	profile, why := e.profileResult()
	if why != "" {
		return notTried(why)
	}
	id, there := profile["ID"]
	if text, ok := id.(string); ok && len(text) > 0 && strings.Trim(text, "0123456789") == "" {
		return saw("digits as text")
	}
	return saw("%s", kindIf(id, there))
}

func profileOwner(e *evidence) sighting {
	profile, why := e.profileResult()
	if why != "" {
		return notTried(why)
	}
	if e.webhook.user == 0 {
		return notTried("the URL has a login in place of a number")
	}
	number := json.Number("")
	switch id := profile["ID"].(type) {
	case string:
		number = json.Number(id)
	case json.Number:
		number = id
	}
	id, err := number.Int64()
	switch {
	case err != nil || id <= 0:
		return saw("nobody")
	case id == e.webhook.user:
		return saw("the URL's user")
	}
	return saw("another user")
}

// timeOf is the field time of a result.
func timeOf(a answer) map[string]any {
	times, _ := a.body["time"].(map[string]any)
	return times
}

func timeFields(e *evidence) sighting {
	times := timeOf(e.profile)
	for _, name := range []string{"start", "finish", "duration", "processing"} {
		if value, there := times[name]; kindIf(value, there) != "a number" {
			return saw("%s is %s", name, kindIf(value, there))
		}
	}
	for _, name := range []string{"date_start", "date_finish"} {
		text, _ := times[name].(string)
		if _, err := time.Parse(time.RFC3339, text); err != nil {
			return saw("%s is no date", name)
		}
	}
	return saw("numbers and dates")
}

func operatingFields(e *evidence) sighting {
	var found []string
	for _, name := range []string{"operating", "operating_reset_at"} {
		switch value, there := timeOf(e.profile)[name]; {
		case !there:
		case kind(value) != "a number":
			return saw("%s is %s", name, kind(value))
		default:
			found = append(found, name)
		}
	}
	switch len(found) {
	case 0:
		return saw("none")
	case 1:
		return saw("%s alone", found[0])
	}
	return saw("both")
}

func contentType(a answer) sighting {
	switch {
	case a.headerIs("Content-Type", "application/json; charset=utf-8"):
		return saw("JSON in UTF-8")
	case a.header.Get("Content-Type") == "":
		return saw("none")
	}
	return saw("another")
}

func browserHeaders(e *evidence) sighting {
	var found []string
	if e.profile.headerIs("Access-Control-Allow-Origin", "*") {
		found = append(found, "any origin")
	}
	if e.profile.headerIs("X-Content-Type-Options", "nosniff") {
		found = append(found, "nosniff")
	}
	if len(found) == 0 {
		return saw("neither of the two")
	}
	return saw("%s", strings.Join(found, ", "))
}

func errorKeys(e *evidence) sighting {
	if e.badID.status == http.StatusOK && e.badID.code() == "" {
		return notTried("there was no error")
	}
	var found []string
	for _, name := range []string{"error", "error_description", "result"} {
		if value, there := e.badID.body[name]; there && (kind(value) == "text" || name == "result") {
			found = append(found, name)
		}
	}
	if len(found) == 0 {
		return saw("none of them")
	}
	return saw("%s", strings.Join(found, ", "))
}

func errorTime(a answer) sighting {
	value, there := a.body["time"]
	if !there {
		return saw("none")
	}
	return saw("%s", kind(value))
}
