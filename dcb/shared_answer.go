package dcb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// A sharedItem is a query item of one statement. Boundaries have items in common.
type sharedItem struct {
	key    itemKey
	item   []QueryItem // one
	before *remembered // when the statement was sent
	lost   bool        // that is of another history of the log

	// What is known now: all events up to a position.
	events []*sharedEvent
	upTo   int64
}

// itemsOf returns the items of a batch of reads, each once, with what is remembered of them.
func (r *sharedReads) itemsOf(batch []*sharedRead) (inOrder []*sharedItem, byKey map[itemKey]*sharedItem) {
	byKey = map[itemKey]*sharedItem{}
	for _, read := range batch {
		for i, key := range read.keys {
			if byKey[key] == nil {
				byKey[key] = &sharedItem{key: key, item: read.items[i : i+1], before: r.memory.get(key)}
				inOrder = append(inOrder, byKey[key])
			}
		}
	}
	return inOrder, byKey
}

// answerAll answers a batch of reads by one statement. If something was remembered that is of
// another history of the log, it is forgotten, and the reads that need it get a second statement.
func (r *sharedReads) answerAll(batch []*sharedRead) {
	// If a hook of the pool ends this goroutine, the callers must not wait for ever.
	defer func() {
		for _, read := range batch {
			read.end(reply{err: errors.New("read events: a hook of the connection pool has ended this")})
		}
	}()
	for again := batch; len(again) > 0; {
		again = r.askFor(again)
	}
}

// askFor answers reads by one statement. It returns those that have to be asked for again.
func (r *sharedReads) askFor(batch []*sharedRead) (again []*sharedRead) {
	items, byKey := r.itemsOf(batch)
	var (
		questions []question
		known     []Checkpoint
	)
	for _, item := range items {
		questions = append(questions, question{Query{items: item.item}, item.before.upTo.Position})
		known = append(known, item.before.upTo)
	}
	ctx, done := whileOneIsThere(batch)
	defer done()
	settings := setPlan
	if len(batch) > 1 {
		settings = setPlanAndTime
	}
	found, err := r.ask(ctx, settings, questions, known)
	switch {
	case err != nil && len(batch) > 1 && isServerError(err):
		return r.askForEach(batch)
	case err != nil:
		for _, read := range batch {
			read.end(reply{err: fmt.Errorf("read events: %w", err)})
		}
		return nil
	}
	for n, item := range items {
		r.takeIn(item, found.events[n], found, mostOfAnItem(len(items)))
	}
	for _, read := range batch {
		if slices.ContainsFunc(read.keys, func(key itemKey) bool { return byKey[key].lost }) {
			again = append(again, read)
			continue
		}
		read.tell(byKey, found.head)
	}
	return again
}

// askForEach answers each read by a statement of its own. PostgreSQL turned down what one of
// them asks for, or had no time for all: now only that one fails, or takes long.
func (r *sharedReads) askForEach(batch []*sharedRead) (again []*sharedRead) {
	alone := make([][]*sharedRead, len(batch))
	var asking sync.WaitGroup
	for i := range batch {
		asking.Go(func() {
			select {
			case r.alone <- struct{}{}:
				defer func() { <-r.alone }()
				alone[i] = r.askFor(batch[i : i+1])
			case <-batch[i].ctx.Done():
			}
		})
	}
	asking.Wait()
	return slices.Concat(alone...)
}

// takeIn sets what is known of an item now: what was remembered, and the fresh events that the
// statement returned. most is how many it returns of an item at most.
func (r *sharedReads) takeIn(item *sharedItem, fresh []*sharedEvent, found found, most int) {
	if slices.Contains(found.unlike, item.before.upTo) {
		item.lost = true
		r.memory.forget(item.key, item.before)
		return
	}
	whole := fresh
	if cut := slices.IndexFunc(fresh, (*sharedEvent).isCut); cut >= 0 {
		whole = fresh[:cut]
	}
	if len(whole) < most && len(whole) == len(fresh) {
		item.events, item.upTo = r.memory.extend(item.key, item.before, fresh, found.head).events, found.head.Position
		return
	}
	// There is more.
	item.events, item.upTo = slices.Concat(item.before.events, whole), item.before.upTo.Position
	if len(whole) > 0 {
		item.upTo = whole[len(whole)-1].Position
	}
}

// tell ends a read with the events of all of its items, up to the position up to which all items
// are known.
func (read *sharedRead) tell(items map[itemKey]*sharedItem, head Checkpoint) {
	upTo := head.Position
	for _, key := range read.keys {
		upTo = min(upTo, items[key].upTo)
	}
	var lists [][]*sharedEvent
	for _, key := range read.keys {
		events := items[key].events
		if upTo < head.Position {
			beyond, _ := slices.BinarySearchFunc(events, upTo+1, func(e *sharedEvent, position int64) int {
				return cmp.Compare(e.Position, position)
			})
			events = events[:beyond]
		}
		lists = append(lists, events)
	}
	read.end(reply{events: merge(lists), upTo: upTo, head: head})
}

// end ends a read, unless it has ended.
func (read *sharedRead) end(with reply) {
	if read.ended {
		return
	}
	read.ended = true
	read.reply = with
	close(read.answered)
}

// whileOneIsThere returns a context that ends when the contexts of all reads have ended.
func whileOneIsThere(batch []*sharedRead) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	var left atomic.Int64
	left.Store(int64(len(batch)))
	var stops []func() bool
	for _, read := range batch {
		stops = append(stops, context.AfterFunc(read.ctx, func() {
			if left.Add(-1) == 0 {
				cancel()
			}
		}))
	}
	return ctx, func() {
		for _, stop := range stops {
			stop()
		}
		cancel()
	}
}

// merge merges lists of events that are in the order of positions into one list. An event of
// several lists is in it once.
func merge(lists [][]*sharedEvent) []*sharedEvent {
	switch n := len(lists); n {
	case 0:
		return nil
	case 1:
		return slices.Clip(lists[0])
	default:
		return mergeTwo(merge(lists[:n/2]), merge(lists[n/2:]))
	}
}

func mergeTwo(a, b []*sharedEvent) []*sharedEvent {
	merged := make([]*sharedEvent, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].Position < b[0].Position:
			merged, a = append(merged, a[0]), a[1:]
		case a[0].Position > b[0].Position:
			merged, b = append(merged, b[0]), b[1:]
		default:
			merged, a, b = append(merged, a[0]), a[1:], b[1:]
		}
	}
	return append(append(merged, a...), b...)
}
