package im

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// page is a full page of im.recent.list, as a portal sends it: 45 pinned chats and 5 others.
func page(b *testing.B) json.RawMessage {
	b.Helper()
	portal := fakeportal.New(fakeportal.Options{})
	portal.AddUser(fakeportal.User{ID: 1, Name: "First"})
	portal.AddWebhook(1, "secretOfTheBenchmark")
	for id := range int64(60) {
		portal.AddChat(fakeportal.Chat{ID: id + 1, Members: []int64{1}})
	}
	for id := range int64(45) {
		if err := portal.Pin(1, fmt.Sprintf("chat%d", id+1)); err != nil {
			b.Fatal(err)
		}
	}
	request := httptest.NewRequest(http.MethodGet, portal.WebhookURL("https://portal.example", 1)+"im.recent.list?LIMIT=50", nil)
	recorder := httptest.NewRecorder()
	portal.ServeHTTP(recorder, request)
	var answer struct {
		Result json.RawMessage `json:"result"`
	}
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil {
		b.Fatal(err)
	}
	return answer.Result
}

// A page of 50 recent chats comes with every batch.
func BenchmarkParsePage(b *testing.B) {
	result := page(b)
	b.SetBytes(int64(len(result)))
	b.ReportAllocs()
	for b.Loop() {
		got, err := ParsePage(result, RecentLimit)
		if err != nil || len(got.Rows) != 50 {
			b.Fatalf("%d rows, %v", len(got.Rows), err)
		}
	}
}
