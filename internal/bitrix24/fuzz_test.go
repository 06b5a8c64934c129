package bitrix24

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// maxDepth is more than encoding/json reads.
const maxDepth = 10001

// FuzzOpen checks that an answer is a result or an error, and that an answer with an error is never a result.
func FuzzOpen(f *testing.F) {
	for _, body := range []string{
		`{"result":true,"time":{"start":1772519500,"finish":1772519500.234567,"duration":0.2,"processing":0}}`,
		`{"result":{"items":[{"id":547,"title":[]}],"hasMore":false},"total":-1,"next":50}`,
		`{"result":false}`, `{"result":null}`, `{"result":[]}`, `{"result":""}`, `{"result":12345678901234567890e999}`,
		`{"error":"ACCESS_ERROR","error_description":"You don\u0027t have access to this chat"}`,
		`{"error":"ACCESS_ERROR","error_description":"You don’t have permission to pin this chat"}`,
		`{"error":"QUERY_LIMIT_EXCEEDED","error_description":"Too many requests"}`,
		`{"error":"ERROR_ARGUMENT","error_description":"","argument":"PIN","result":true}`,
		`{"result":true,"error":"","error_description":""}`, `{"result":true,"error":0}`, `{"result":true,"error":400}`, `{"result":true,"error":false}`,
		`{"result":true,"error":[]}`, `{"result":true,"error":{"code":"BITRIX_REST_V3_EXCEPTION_UNKNOWN","message":"x"}}`,
		`{"result":true,"error":null}`, `{"result":true,"error":null,"error_description":[]}`, `{"error":null}`, `{"error":"X","error_description":{"a":[1,2]}}`,
		`{"error":"X","error":null,"result":1}`, `{"error":null,"error":"X","result":1}`, `{"result":1,"result":2}`, `{"result":1,"RESULT":null,"Error":"X"}`,
		`{"result":"\ud800","error":"\u0000"}`, "{\"result\":\"\xff\",\"\xff\":1}", "{\"error\":\"\xff\"}", "\ufeff" + `{"result":true}`,
		"", " \n", "null", "true", "[]", "{}", `"result"`, "0", `{"result":true}{"error":"X"}`, `{"result":true} <!-- cached -->`,
		`{"result":{"items":[{"id":547,"ti`, `{"result":`, `{"result"`, `{`, `{"result":nul`, `{"result":"\u00`, `{"result":1e}`, `{"result":-}`,
		"<html><head><title>502 Bad Gateway</title></head></html>", " <br />\n<b>Fatal error</b>", "upstream connect error",
		`{"result":` + strings.Repeat("[", 99) + strings.Repeat("]", 99) + `}`, `{"result":` + strings.Repeat("[", maxDepth),
	} {
		f.Add(200, []byte(body))
	}
	for _, body := range []string{`{"error":"","error_description":""}`, `{"error":"INTERNAL_SERVER_ERROR"}`, `{"result":true}`, "{}", ""} {
		f.Add(502, []byte(body))
	}
	f.Add(429, []byte(`{"error":"OPERATION_TIME_LIMIT","error_description":"Method is blocked due to operation time limit."}`))
	f.Add(-1, []byte(`{"error":""}`))

	f.Fuzz(func(t *testing.T, status int, body []byte) {
		answer, err := open(status, body)
		result := answer.Result
		if (result == nil) == (err == nil) {
			t.Fatalf("result %q and error %v", result, err)
		}
		var keys map[string]json.RawMessage
		isObject := json.Unmarshal(bytes.TrimLeft(body, "\ufeff"), &keys) == nil && keys != nil
		var refusal *Error
		switch {
		case err == nil:
			if !isObject || isSet(keys["error"]) || !json.Valid(result) {
				t.Errorf("%q is taken out of %q", result, body)
			}
		case errors.As(err, &refusal):
			if !isObject || refusal.Status != status || refusal.Method != "batch" || refusal.Error() == "" {
				t.Errorf("%#v is taken out of %q", refusal, body)
			}
		case !quotesNothing(err, status):
			t.Errorf("%q is refused with a text that no other body gets: %v", body, err)
		}
		if isObject {
			checkAnswer(t, status, keys)
		}
	})
}

// checkAnswer checks the outcome of an answer with these keys. It writes each key once, because portals do too, and
// decoders do not agree on which one counts.
func checkAnswer(t *testing.T, status int, keys map[string]json.RawMessage) {
	maps.DeleteFunc(keys, func(key string, _ json.RawMessage) bool {
		return !slices.Contains([]string{"result", "error", "error_description"}, key)
	})
	body, err := json.Marshal(keys)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := open(status, body)
	result := answer.Result
	var refusal *Error
	code, isError := plainText(keys["error"]), isSet(keys["error"])
	switch {
	case isError && code == "" && status >= 500:
		if err == nil || errors.As(err, &refusal) {
			t.Errorf("%q with status %d is result %q and error %#v", body, status, result, err)
		}
	case isError:
		if !errors.As(err, &refusal) || refusal.Code != code || refusal.Description != plainText(keys["error_description"]) {
			t.Errorf("%q with status %d is result %q and error %#v", body, status, result, err)
		}
	case keys["result"] != nil:
		if err != nil || !bytes.Contains(body, result) {
			t.Errorf("%q is result %q and error %v", body, result, err)
		}
	case err == nil || errors.As(err, &refusal):
		t.Errorf("%q is result %q and error %#v", body, result, err)
	}
}

// isSet reports whether a value is there and not null.
func isSet(data json.RawMessage) bool { return data != nil && string(data) != "null" }

// plainText is what data says if it is a string or a number.
func plainText(data json.RawMessage) string {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber() // keeps the digits as they are
	var value any
	if decoder.Decode(&value) != nil {
		return ""
	}
	switch value.(type) {
	case string, json.Number:
		return Printable(fmt.Sprint(value), MaxText)
	default:
		return ""
	}
}

// quotesNothing reports whether err is the error for one of a few uninteresting bodies: a page may echo the request's
// address, and so may a broken answer.
func quotesNothing(err error, status int) bool {
	for _, body := range []string{"", "<", "x", "{", "{}", `{"error":""}`} {
		if _, plain := open(status, []byte(body)); plain.Error() == err.Error() {
			return true
		}
	}
	// The text around an answer is quoted, but not at length.
	_, quoted, isQuoted := strings.Cut(err.Error(), " the answer: ")
	return isQuoted && utf8.RuneCountInString(quoted) <= maxAround+len("…)")
}

// batchResults are results of a batch, in forms that portals use and in others.
func batchResults() []string {
	return []string{
		`{"result":{"c00":true,"c01":{"ID":"5"}},"result_error":[],"result_total":{"c01":1},"result_next":[],"result_time":{"c00":{"start":1772519500,"duration":3.0e-3}}}`,
		`{"result":{"c00":false,"c01":null,"c02":[]},"result_error":[]}`,
		`{"result":[],"result_error":{"c00":{"error":"insufficient_scope","error_description":""}}}`,
		`{"result":{"c01":true},"result_error":{"c00":{"error":"ACCESS_ERROR","error_description":"You don\u0027t have access to this chat"}}}`,
		`{"result":{"c00":true},"result_error":{"c00":{"error":"ERROR_CORE","error_description":[]}}}`,
		`{"result":{"c00":true},"result_error":{"c00":{"error":null}}}`, `{"result":{"c00":true},"result_error":{"c00":null,"c01":"boom","c02":[],"c03":{"error":{}}}}`,
		`{"result":{"c00":true},"result_error":{"c00":{"error":0}}}`, `{"result":[],"result_error":[],"result_total":[],"result_next":[],"result_time":[]}`,
		`{"result":[true,false],"result_error":[null]}`, `{"result":{"0":true,"2":false},"result_error":{"1":{"error":"X"}}}`, `{"result":{"c0":1,"c000":2,"C00":3,"c 0":4}}`,
		`{"result":null,"result_error":null}`, `{}`, `null`, `[]`, `true`, `""`, `0`, ``, `{"result":5}`, `{"result":"","result_error":false}`,
		`{"result":{"c00":1,"c00":2},"result":{"c01":3}}`, `{"result":{"c00":1},"RESULT":{"c00":2},"Result_Error":{"c01":{"ERROR":"X"}}}`,
		`{"result":{"c00":tru`, `{"result":{"c00":123456789012345678901234567890e-400}}`, "{\"result\":{\"c00\":\"\xff\",\"c\xff\":1}}", `{"result":{"c\u0030\u0030":"it\u0027s"}}`,
		`{"result":{"c00":` + strings.Repeat("[", 99) + strings.Repeat("]", 99) + `}}`, `{"result":` + strings.Repeat("[", maxDepth),
	}
}

// FuzzReplies checks that each command of a batch has one outcome: the one that the portal wrote for it.
func FuzzReplies(f *testing.F) {
	for _, result := range batchResults() {
		f.Add(uint8(4), []byte(result))
	}
	f.Add(uint8(0), []byte(`{"result":{"c00":true}}`))
	f.Add(uint8(1), []byte(`{"result":{"c00":true},"result_time":5}`))
	f.Add(uint8(1), []byte(`{"result":{"c00":true},"result_time":{"c00":{"finish":"1","operating_reset_at":[]}}}`))
	f.Add(uint8(MaxCommands), []byte(`{"result":{"c00":true,"c49":1,"c50":2},"result_error":{"c48":{"error":"ERROR_BATCH_LENGTH_EXCEEDED"}}}`))

	f.Fuzz(func(t *testing.T, count uint8, result []byte) {
		commands := make([]Command, count%(MaxCommands+1))
		for i := range commands {
			commands[i].Method = fmt.Sprint("method.", i)
		}
		all, err := replies(commands, result, 200, &blocks{})
		var parts *struct {
			Result json.RawMessage `json:"result"`
			Errors json.RawMessage `json:"result_error"`
		}
		isObject := json.Unmarshal(result, &parts) == nil && parts != nil
		if isObject {
			checkMaps(t, commands, parts.Result, parts.Errors)
		}
		if err != nil {
			if all != nil || !errors.As(err, new(*NotRESTError)) {
				t.Errorf("%d replies and error %v", len(all), err)
			}
			return
		}
		if !isObject || len(all) != len(commands) {
			t.Fatalf("%d replies to %d commands in %q", len(all), len(commands), result)
		}
		results, refusals := members(parts.Result), members(parts.Errors)
		for i, reply := range all {
			key := fmt.Sprintf("c%02d", i)
			if (reply.Result == nil) == (reply.Err == nil) {
				t.Fatalf("%s comes to result %q and error %v", key, reply.Result, reply.Err)
			}
			written, answered := results[key]
			_, refused := refusals[key]
			switch {
			case refused || !answered:
				if reply.Err == nil || reply.Err.Method != commands[i].Method || reply.Err.Status != 200 || reply.Err.Error() == "" {
					t.Errorf("%s comes to result %q and error %#v in %q", key, reply.Result, reply.Err, result)
				} else if !refused && !IsTemporary(reply.Err) {
					t.Errorf("%s was left out of %q, and that is %#v", key, result, reply.Err)
				}
			case !bytes.Equal(reply.Result, written):
				t.Errorf("%s comes to %q in %q", key, reply.Result, result)
			}
		}
	})
}

// checkMaps checks that a batch's result is read in all forms that PHP gives to a map, and in no other. It writes each
// key once, because the last of several counts in parts and all of them count in replies.
func checkMaps(t *testing.T, commands []Command, results, refusals json.RawMessage) {
	readable := true
	written := map[string]json.RawMessage{}
	for key, data := range map[string]json.RawMessage{"result": results, "result_error": refusals} {
		if data != nil {
			written[key] = data
			readable = readable && (data[0] == '{' || data[0] == '[' || string(data) == "null")
		}
	}
	result, err := json.Marshal(written)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := replies(commands, result, 200, &blocks{}); readable != (err == nil) {
		t.Errorf("%q comes to error %v", result, err)
	}
}

// members returns the members of an object, or nothing for any other value.
func members(data json.RawMessage) map[string]json.RawMessage {
	var object map[string]json.RawMessage
	if json.Unmarshal(data, &object) != nil {
		return nil
	}
	return object
}
