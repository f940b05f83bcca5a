package browser

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
)

// A journal notes what a tab reports by itself, in the order in which it happens.
type journal struct {
	news chan struct{} // holds a value after something was noted

	mu         sync.Mutex
	frame      cdp.FrameID    // of the page itself, not of a frame inside it
	loads      []cdp.LoaderID // the pages that have loaded
	seen       int            // how many of the loads the person waited for
	status     int            // of the last page
	documents  []network.RequestID
	complaints []complaint
}

type complaint struct {
	text    string
	request network.RequestID // the request that failed, if one did
}

// listen runs in the loop that reads the tab's messages, so it only takes notes.
func (j *journal) listen(event any) {
	j.mu.Lock()
	defer j.mu.Unlock()

	switch e := event.(type) {
	case *page.EventFrameNavigated:
		if e.Frame.ParentID == "" {
			j.frame = e.Frame.ID
		}
	case *page.EventLifecycleEvent:
		if e.Name == "load" && e.FrameID == j.frame {
			j.loads = append(j.loads, e.LoaderID)
		}
	case *network.EventResponseReceived:
		if e.Type == network.ResourceTypeDocument {
			j.status = int(e.Response.Status)
			j.documents = append(j.documents, e.RequestID)
		}
	case *runtime.EventExceptionThrown:
		j.complain(fmt.Sprintf("%s %s", e.ExceptionDetails.Text, describe(e.ExceptionDetails.Exception)), "")
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			j.complain(describe(e.Args...), "")
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			j.complain(fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL), e.Entry.NetworkRequestID)
		}
	}

	select {
	case j.news <- struct{}{}:
	default:
	}
}

func (j *journal) complain(text string, request network.RequestID) {
	j.complaints = append(j.complaints, complaint{text, request})
}

// loaded reports whether that page has loaded, and if so takes it as waited for.
func (j *journal) loaded(id cdp.LoaderID) bool {
	j.mu.Lock()
	defer j.mu.Unlock()

	at := slices.Index(j.loads, id)
	j.seen = max(j.seen, at+1)
	return at >= 0
}

// arrived reports whether a page has loaded that nobody waited for yet, and if
// so takes it as waited for.
func (j *journal) arrived() bool {
	j.mu.Lock()
	defer j.mu.Unlock()

	arrived := len(j.loads) > j.seen
	j.seen = len(j.loads)
	return arrived
}

func (j *journal) lastStatus() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.status
}

// settle returns the complaints so far and forgets them. A page that answers
// with an error status, as a refusal does, is not one of them: the test sees
// that by the status.
func (j *journal) settle() []string {
	j.mu.Lock()
	defer j.mu.Unlock()

	var texts []string
	for _, c := range j.complaints {
		if !slices.Contains(j.documents, c.request) {
			texts = append(texts, c.text)
		}
	}
	j.complaints = nil
	return texts
}

func describe(values ...*runtime.RemoteObject) string {
	var words []string
	for _, v := range values {
		if v != nil {
			words = append(words, v.Description+string(v.Value))
		}
	}
	return strings.Join(words, " ")
}
