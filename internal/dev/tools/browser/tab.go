package browser

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Witness sees what a page says to the developers' console, and whom it asks.
type Witness struct {
	mu         sync.Mutex
	complaints []string
	asked      []string
}

// Open opens a tab that shares nothing with others: no storage, no language. It is closed when the browser is, or by the
// cancel function.
func Open(browsing context.Context) (tab context.Context, witness *Witness, cancel context.CancelFunc) {
	witness = &Witness{}
	tab, cancel = chromedp.NewContext(browsing, chromedp.WithNewBrowserContext(), chromedp.WithListener(witness.see))
	return tab, witness, cancel
}

// Complaints are the warnings, the errors and the exceptions that nothing caught, in the order in which they came.
func (w *Witness) Complaints() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.complaints)
}

// Asked are the addresses of all requests.
func (w *Witness) Asked() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.asked)
}

// Strangers are the addresses of those requests that went anywhere but to base, such as "http://127.0.0.1:8024". What an
// address holds itself is asked of nobody.
func (w *Witness) Strangers(base string) []string {
	return slices.DeleteFunc(w.Asked(), func(address string) bool {
		asked, err := url.Parse(address)
		return err == nil && (asked.Scheme == "data" || asked.Scheme+"://"+asked.Host == base)
	})
}

// see notes an event. It is called in the order of the events, and must not wait for the browser.
func (w *Witness) see(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning || e.Type == runtime.ConsoleAPICalledTypeAssert {
			w.complaints = append(w.complaints, fmt.Sprintf("console %s: %s", e.Type, said(e.Args)))
		}
	case *runtime.EventExceptionThrown:
		w.complaints = append(w.complaints, "uncaught: "+thrown(e.ExceptionDetails))
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			w.complaints = append(w.complaints, fmt.Sprintf("%s %s: %s %s", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL))
		}
	case *network.EventRequestWillBeSent:
		w.asked = append(w.asked, e.Request.URL)
	case *network.EventWebSocketCreated:
		w.asked = append(w.asked, e.URL)
	}
}

// said are the arguments of a call of the console.
func said(args []*runtime.RemoteObject) (text string) {
	for i, arg := range args {
		if i > 0 {
			text += " "
		}
		if text += arg.Description; arg.Description == "" {
			text += string(arg.Value)
		}
	}
	return text
}

// thrown is an exception with the beginning of its stack.
func thrown(details *runtime.ExceptionDetails) string {
	if details.Exception != nil && details.Exception.Description != "" {
		return details.Text + " " + details.Exception.Description
	}
	return fmt.Sprintf("%s %s:%d", details.Text, details.URL, details.LineNumber)
}
