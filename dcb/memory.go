package dcb

import (
	"container/list"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// A memory holds events that were read: for each query item those up to a checkpoint. It does
// not prove that they are still in the log. Its user has the database compare the checkpoint, see
// shared_read.go.
//
// It is bounded in bytes, and forgets the item that was not used for longest. If there is not
// enough room for all, long items have one half and short ones the other. So a course with
// thousands of events does not push out a thousand courses.
type memory struct {
	bound int64 // bytes; 0 for no memory

	mu    sync.Mutex
	items map[itemKey]*place
	sizes [2]size

	hits, misses int64 // of reads that looked for an item
}

const (
	short = iota
	long
)

// size is what the short items, or the long ones, take.
type size struct {
	bytes  int64
	recent list.List // of places, the one that was used last at the front
}

// A place is where a memory has an item.
type place struct {
	key  itemKey
	what *remembered
	kind int           // short or long
	used *list.Element // in recent
}

// remembered is what is known of an item: its events, in order, up to a checkpoint. It
// never changes.
type remembered struct {
	events  []*sharedEvent
	upTo    Checkpoint
	bytes   int64
	tooLong bool // to be remembered; the other fields say nothing then
}

// nothing is what is known of an item at first.
var nothing = &remembered{}

// About how many bytes an item and an event take. An event's data counts twice: as bytes and as
// a fact.
const (
	bytesOfAnItem  = 512
	bytesOfAnEvent = 304
)

func (e *sharedEvent) bytes() int64 {
	return bytesOfAnEvent + int64(len(e.Type)+2*len(e.Data)+24*len(e.Tags)+e.Tags.size()+len(e.CausationID)+len(e.CorrelationID)+2*metadataSize(e.Metadata))
}

// An item is a long one from 1/longItem of the bound on.
const longItem = 1000

func newMemory(bound int64) *memory {
	return &memory{bound: bound, items: map[itemKey]*place{}}
}

// An itemKey tells query items apart. Two with one key match the same events.
type itemKey struct {
	tags  tagSet
	types string
}

func (k itemKey) bytes() int64 { return bytesOfAnItem + int64(len(k.tags.text)+len(k.types)) }

func (i QueryItem) key() itemKey {
	var types strings.Builder
	for _, t := range i.Types {
		types.WriteString(strconv.Itoa(len(t)))
		types.WriteByte(':')
		types.WriteString(t)
	}
	return itemKey{i.Tags.set(), types.String()}
}

// get returns what is remembered of an item.
func (m *memory) get(key itemKey) *remembered {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, ok := m.items[key]
	if !ok {
		m.misses++
		return nothing
	}
	m.hits++
	m.sizes[p.kind].recent.MoveToFront(p.used)
	return p.what
}

// isTooLong reports whether one of the items is known to be too long to be remembered.
func (m *memory) isTooLong(keys []itemKey) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	tooLong := slices.ContainsFunc(keys, func(key itemKey) bool {
		p, ok := m.items[key]
		return ok && p.what.tooLong
	})
	if tooLong {
		m.misses += int64(len(keys)) // all of them are read from the beginning
	}
	return tooLong
}

func (m *memory) stat() MemoryStat {
	m.mu.Lock()
	defer m.mu.Unlock()
	return MemoryStat{
		Bound: m.bound, Bytes: m.sizes[short].bytes + m.sizes[long].bytes, Items: len(m.items),
		Hits: m.hits, Misses: m.misses,
	}
}

// extend adds the fresh events of an item, which are all up to a checkpoint, to what was
// remembered before. It returns the result.
func (m *memory) extend(key itemKey, before *remembered, fresh []*sharedEvent, upTo Checkpoint) *remembered {
	m.mu.Lock()
	defer m.mu.Unlock()
	after := &remembered{events: before.events, upTo: upTo, bytes: max(before.bytes, key.bytes())}
	for _, e := range fresh {
		after.bytes += e.bytes()
	}
	if p, ok := m.items[key]; !ok || p.what != before {
		// Another statement may have appended to the same array already: copy it.
		after.events = slices.Clip(after.events)
	}
	after.events = append(after.events, fresh...)
	m.set(key, after)
	return after
}

// A gathering collects what may be remembered of a boundary that is read page by page: the events
// of its items, together at most as many bytes as the memory holds.
type gathering struct {
	memory *memory
	items  []gathered
	bytes  int64 // of all that is held
}

type gathered struct {
	item    QueryItem
	key     itemKey
	events  []*sharedEvent
	bytes   int64
	dropped bool
}

// gather begins to collect events of items. It collects none for a boundary with many items:
// matching each event with each item may take longer than reading them again.
func (m *memory) gather(items []QueryItem, keys []itemKey) *gathering {
	g := &gathering{memory: m}
	if len(items) > mostItemsAtOnce {
		return g
	}
	for i, item := range items {
		g.items = append(g.items, gathered{item: item, key: keys[i]})
	}
	return g
}

// add adds the next events of the boundary.
func (g *gathering) add(events []*sharedEvent) {
	for i := range g.items {
		item := &g.items[i]
		for _, e := range events {
			if !item.dropped && item.item.matches(&e.Event) {
				item.events, item.bytes = append(item.events, e), item.bytes+e.bytes()
				g.bytes += e.bytes()
			}
			if item.bytes > g.memory.bound/2 || g.bytes > g.memory.bound {
				g.drop(item)
			}
		}
	}
}

func (g *gathering) drop(item *gathered) {
	if !item.dropped {
		item.events, item.dropped = nil, true
		g.bytes -= item.bytes
	}
}

// remember remembers the collected items, up to a checkpoint. Of the dropped ones it remembers
// those that are too long in any case.
func (g *gathering) remember(upTo Checkpoint) {
	m := g.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, item := range g.items {
		if !item.dropped || item.bytes > m.bound/2 {
			m.set(item.key, &remembered{events: item.events, upTo: upTo, bytes: item.key.bytes() + item.bytes})
		}
	}
}

// set replaces what is remembered of an item.
func (m *memory) set(key itemKey, what *remembered) {
	if old, ok := m.items[key]; ok {
		m.drop(old)
	}
	if what.bytes > m.bound/2 {
		what = &remembered{tooLong: true, bytes: key.bytes()}
	}
	if what.bytes > m.bound/2 {
		return // there is not even room for that
	}
	p := &place{key: key, what: what, kind: short}
	if what.bytes > m.bound/longItem {
		p.kind = long
	}
	m.items[key] = p
	m.sizes[p.kind].bytes += what.bytes
	p.used = m.sizes[p.kind].recent.PushFront(p)
	for m.sizes[short].bytes+m.sizes[long].bytes > m.bound {
		kind := short
		if m.sizes[long].bytes > m.bound/2 {
			kind = long
		}
		m.drop(m.sizes[kind].recent.Back().Value.(*place))
	}
}

// forget forgets what is remembered of an item, if it is still that.
func (m *memory) forget(key itemKey, what *remembered) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p, ok := m.items[key]; ok && p.what == what {
		m.drop(p)
	}
}

func (m *memory) drop(p *place) {
	delete(m.items, p.key)
	m.sizes[p.kind].recent.Remove(p.used)
	m.sizes[p.kind].bytes -= p.what.bytes
}

// defaultMemory is the bound if the options don't name one.
const defaultMemory = 64 << 20

// memory is how many bytes of events are remembered.
func (o Options) memory() int64 {
	if o.Memory == 0 {
		return defaultMemory
	}
	return max(0, o.Memory)
}
