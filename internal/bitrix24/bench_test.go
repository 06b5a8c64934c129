package bitrix24

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/bitrix24-community/terraform-provider-bitrix24/internal/dev/fakeportal"
)

// A full batch: 49 pins, the last of which find no room, and the list, whose page is full too.
func BenchmarkBatchReply(b *testing.B) {
	portal := fakeportal.New(fakeportal.Options{})
	portal.AddUser(fakeportal.User{ID: 1, Name: "First"})
	portal.AddWebhook(1, testSecret)
	for id := range int64(60) {
		portal.AddChat(fakeportal.Chat{ID: id + 1, Members: []int64{1}})
	}
	var commands []Command
	for id := range MaxCommands - 1 {
		commands = append(commands, Command{Method: "im.recent.pin", Params: url.Values{"DIALOG_ID": {fmt.Sprintf("chat%d", id+1)}, "PIN": {"Y"}}})
	}
	commands = append(commands, Command{Method: "im.recent.list", Params: url.Values{"LIMIT": {"50"}}})
	body, err := batchBody(commands)
	if err != nil {
		b.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodPost, portal.WebhookURL("https://portal.example", 1)+"batch", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	portal.ServeHTTP(recorder, request)
	answer := recorder.Body.Bytes()

	b.SetBytes(int64(len(answer)))
	b.ReportAllocs()
	for b.Loop() {
		envelope, err := open(recorder.Code, answer)
		if err != nil {
			b.Fatal(err)
		}
		all, err := replies(commands, envelope.Result, recorder.Code, &blocks{})
		if err != nil || len(all) != MaxCommands || all[0].Err != nil || string(all[0].Result) != "true" {
			b.Fatalf("%v, %v", all, err)
		}
	}
}

// BenchmarkHide looks for the secrets of a thousand people in an answer without any.
func BenchmarkHide(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 1))
	var everybody []Credential
	for id := range 1000 {
		webhook, err := ParseWebhook(fmt.Sprintf("https://portal.example/rest/%d/%016x/", id+1, random.Uint64()))
		if err != nil {
			b.Fatal(err)
		}
		everybody = append(everybody, webhook)
	}
	mask := NewMask(everybody...)
	answer := strings.Repeat(`{"id":"chat17","title":"\u0427\u0430\u0442","message":{"text":"Nothing to hide"},"date_last_activity":1779000000},`, 300)
	b.SetBytes(int64(len(answer)))
	for b.Loop() {
		mask.Hide(answer)
	}
}
