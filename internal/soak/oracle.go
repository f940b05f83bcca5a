package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/cycles"
)

// An oracle holds a log against the rules, and against what callers were told. It reads the log
// once, and shares no code with decisions but the types of the facts.
type oracle struct {
	term     *term // what is so after the events that were read
	log      *logbook
	receipts *audit
	found    []string // what is wrong
	events   int64
	append   []dcb.Event // the one that is being read
	ids      map[string]bool
}

func newOracle() *oracle {
	o := &oracle{log: newLogbook(), receipts: newAudit(), ids: map[string]bool{}}
	o.term = newTerm(o.finds)
	return o
}

var errFound = errors.New("things that the oracle found wrong")

// mostFound is how many findings are kept in full.
const mostFound = 1000

func (o *oracle) finds(format string, args ...any) {
	if len(o.found) < mostFound {
		o.found = append(o.found, fmt.Sprintf(format, args...))
	}
}

// read takes the next event of the log.
func (o *oracle) read(e dcb.Event) {
	o.events++
	if e.Position != o.events {
		o.finds("position %d stands in place %d", e.Position, o.events)
	}
	if o.ids[e.ID] {
		o.finds("the event at %d has the ID of an earlier one", e.Position)
	}
	if e.CausationID != "" && !o.ids[e.CausationID] {
		o.finds("the event at %d comes before its cause", e.Position)
	}
	o.ids[e.ID] = true
	if len(o.append) > 0 && requestIn(o.append[0]) != requestIn(e) {
		o.endAppend()
	}
	o.append = append(o.append, e)
	if requestIn(e) == "" { // an append without a key is that of a decision on lists
		o.endAppend()
	}
}

// endAppend takes all events of one append at once.
func (o *oracle) endAppend() {
	if len(o.append) == 0 {
		return
	}
	o.log.take(o.append, o.finds)
	o.term.take(o.append)
	for _, e := range o.append {
		o.receipts.takeEvent(e)
	}
	o.receipts.check(o.append[len(o.append)-1].Position, o.term, o.finds)
	o.append = o.append[:0]
}

func requestIn(e dcb.Event) courses.RequestID {
	for _, tag := range e.Tags {
		if request, ok := strings.CutPrefix(string(tag), "request:"); ok {
			return courses.RequestID(request)
		}
	}
	return ""
}

// judge lets the oracle read the log, the notes, the receipts and the tables, and prints what
// it found.
func (s *soak) judge(stdout io.Writer) error {
	ctx := context.Background()
	began := time.Now()
	store, err := openStore(ctx, s.direct)
	if err != nil {
		return err
	}
	defer store.Close()
	o := newOracle()
	lists := &listHistory{open: map[courses.RequestID]int{}}
	if err := readNotes(s.notes, func(n note) error {
		isList, err := lists.take(n)
		if !isList && err == nil {
			err = o.log.hear(n)
		}
		return err
	}); err != nil {
		return err
	}
	if err := o.receipts.load(ctx, s.direct); err != nil {
		return err
	}
	o.receipts.check(0, o.term, o.finds)
	if err := o.readAll(ctx, store); err != nil {
		return err
	}
	o.log.judge(o.finds)
	tables, err := s.compareTables(ctx, store, o)
	if err != nil {
		return err
	}
	for _, anomaly := range cycles.Find(lists.txns) {
		o.finds("lists: %v", anomaly)
	}
	fmt.Fprintf(stdout, "the log has %d events; the notes have %s\n", o.events, o.log)
	fmt.Fprintf(stdout, "%d decisions on lists, %d receipts, %s\n", len(lists.txns), o.receipts.kept, tables)
	fmt.Fprintf(stdout, "judged in %s\n", time.Since(began).Round(time.Second))
	return o.verdict(stdout)
}

func (o *oracle) readAll(ctx context.Context, store *dcb.Store) error {
	for e, err := range store.Read(ctx, dcb.AllEvents(), dcb.ReadOptions{}) {
		if err != nil {
			return err
		}
		o.read(e)
	}
	o.endAppend()
	return nil
}

func (o *oracle) verdict(stdout io.Writer) error {
	const shown = 20
	for _, finding := range o.found[:min(len(o.found), shown)] {
		fmt.Fprintln(stdout, "WRONG:", finding)
	}
	if len(o.found) > 0 {
		return fmt.Errorf("%w: %d", errFound, len(o.found))
	}
	fmt.Fprintln(stdout, "all is well")
	return nil
}
