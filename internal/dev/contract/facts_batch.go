package contract

import (
	"fmt"
	"net/http"
)

// batchFacts are about batches, and about the lookup of a group's chat, which is sent in one.
func batchFacts() []Fact {
	return []Fact{
		{"batch: without commands", always("5 of 5 maps are []"), emptyBatch},
		{"batch: maps without an entry", always("[]"), emptyMaps},
		{"batch: keys that are words", always("an object"), func(e *evidence) sighting { return saw("%s", kind(e.letters.part("result"))) }},
		{"batch: the keys 0 and 1", always("a list"), func(e *evidence) sighting { return saw("%s", kind(e.numbers.part("result"))) }},
		{"batch: a command that fails", always("200, DIALOG_ID_EMPTY in result_error"), failedCommand},
		{"batch: result if all fail", always("[]"), func(e *evidence) sighting { return saw("%s", kind(e.failing.part("result"))) }},
		{"batch: 51 commands", always("50 run, ERROR_BATCH_LENGTH_EXCEEDED"), longBatch},
		{"im.chat.get: a group without a chat", always("null", "an error"), noGroupChat},
		{"im.chat.get: a group's chat", always("ID is a number"), groupChat},
	}
}

// batchParts are the five maps.
func batchParts() []string {
	return []string{"result", "result_error", "result_total", "result_next", "result_time"}
}

func emptyBatch(e *evidence) sighting {
	empty := 0
	for _, name := range batchParts() {
		if kind(e.noCommands.part(name)) == "[]" {
			empty++
		}
	}
	return saw("%d of 5 maps are []", empty)
}

// emptyMaps looks at the maps in which a profile has no entry.
func emptyMaps(e *evidence) sighting {
	for _, name := range []string{"result_error", "result_total", "result_next"} {
		if is := kind(e.letters.part(name)); is != "[]" {
			return saw("%s is %s", name, is)
		}
	}
	return saw("[]")
}

func failedCommand(e *evidence) sighting {
	if e.failing.status != http.StatusOK {
		return saw("%s", e.failing.brief())
	}
	if code := e.failing.commandCode("bad"); code != "" {
		return saw("200, %s in result_error", printableCode(code))
	}
	return saw("200, nothing in result_error")
}

func longBatch(e *evidence) sighting {
	ran := 0
	for i := range 51 {
		if _, there := e.tooMany.result(fmt.Sprintf("c%d", i+1)); there {
			ran++
		}
	}
	return saw("%d run, %s", ran, e.tooMany.command("c51"))
}

func noGroupChat(e *evidence) sighting {
	if e.lookups.commandCode("none") != "" {
		return saw("an error")
	}
	return saw("%s", e.lookups.command("none"))
}

func groupChat(e *evidence) sighting {
	if e.group == "" {
		return notTried("no group's chat in the recent list")
	}
	result, _ := e.lookups.result("group")
	chat, isObject := result.(map[string]any)
	if !isObject {
		return saw("%s", e.lookups.command("group"))
	}
	if isPositive(chat["ID"]) {
		return saw("ID is a number")
	}
	id, there := chat["ID"]
	return saw("ID is %s", kindIf(id, there))
}
