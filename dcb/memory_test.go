package dcb

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// someEvents makes n events of an item, behind what is known of it.
func someEvents(n int, from int64) (events []*sharedEvent) {
	for i := range n {
		events = append(events, &sharedEvent{Event: Event{Type: "SeatTaken", Tags: Tags{"room"}, Data: []byte(`{}`), Position: from + int64(i)}})
	}
	return events
}

func keyOf(n int) itemKey { return QueryItem{Tags: Tags{Tag(fmt.Sprint("item:", n))}}.key() }

func upTo(position int64) Checkpoint { return Checkpoint{Position: position, EventID: "an event"} }

// Several extend what is remembered of a few items, often the same at once, or forget it;
// some from what is not remembered any more. Each gets what it knew and what it
// brought, whatever others do later; and the memory counts what it holds.
func TestAMemoryMixesNothingUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := newMemory(rapid.SampledFrom([]int64{0, 600, 5_000, 20_000, 1 << 20}).Draw(t, "bound"))
		known := map[itemKey][]*remembered{}
		wants := map[*remembered][]*sharedEvent{nothing: nil}
		for step := range rapid.IntRange(1, 60).Draw(t, "steps") {
			key := keyOf(rapid.IntRange(0, 3).Draw(t, "item"))
			before := m.get(key)
			if old := known[key]; len(old) > 0 && rapid.Bool().Draw(t, "from what was known earlier") {
				before = rapid.SampledFrom(old).Draw(t, "before")
			}
			if rapid.IntRange(0, 9).Draw(t, "forget") == 0 {
				m.forget(key, before)
				continue
			}
			fresh := someEvents(rapid.IntRange(0, 4).Draw(t, "events"), int64(10*step))
			after := m.extend(key, before, fresh, upTo(int64(10*step)))
			wants[after] = slices.Concat(wants[before], fresh)
			known[key] = append(known[key], after)

			for what, want := range wants {
				require.Equal(t, len(want), len(what.events))
				for i := range want {
					require.Same(t, want[i], what.events[i])
				}
			}
			requireWithinBound(t, m)
		}
	})
}

func requireWithinBound(t require.TestingT, m *memory) {
	var bytes [2]int64
	for key, p := range m.items {
		require.Equal(t, key, p.key)
		bytes[p.kind] += p.what.bytes
	}
	require.Equal(t, bytes, [2]int64{m.sizes[short].bytes, m.sizes[long].bytes})
	require.LessOrEqual(t, bytes[short]+bytes[long], m.bound)
	require.Equal(t, len(m.items), m.sizes[short].recent.Len()+m.sizes[long].recent.Len())
}

func TestAMemoryForgetsWhatWasNotUsedForLongest(t *testing.T) {
	t.Parallel()
	m := newMemory(10 * keyOf(10).bytes())
	for n := range 10 {
		m.extend(keyOf(n), nothing, nil, upTo(1))
	}
	m.get(keyOf(0))
	m.extend(keyOf(10), nothing, nil, upTo(1))
	require.Same(t, nothing, m.get(keyOf(1)))
	for _, n := range []int{0, 2, 3, 4, 5, 6, 7, 8, 9, 10} {
		require.NotSame(t, nothing, m.get(keyOf(n)), n)
	}
}

// A thousand courses and a few long ones, more than there is room for: each kind keeps
// its half, whichever came last.
func TestALongItemThrowsOutNoShortOnes(t *testing.T) {
	t.Parallel()
	const bound = 1 << 20
	perEvent := someEvents(1, 1)[0].bytes()
	shorts, longs := int(bound/2/keyOf(10_000).bytes()), int(bound/2/(keyOf(10_000).bytes()+100*perEvent))
	for name, first := range map[string]int{"the short ones come first": short, "the long ones come first": long} {
		m := newMemory(bound)
		for _, kind := range []int{first, 1 - first} {
			if kind == short {
				for n := range 2 * shorts {
					m.extend(keyOf(n), nothing, nil, upTo(1))
				}
				continue
			}
			for n := range 2 * longs {
				m.extend(keyOf(-1-n), nothing, someEvents(100, 1), upTo(100))
			}
		}
		requireWithinBound(t, m)
		require.GreaterOrEqual(t, m.sizes[short].recent.Len(), shorts, name)
		require.GreaterOrEqual(t, m.sizes[long].recent.Len(), longs, name)
	}
}

// An item may take half of the bound, and all of them together the whole bound.
func TestAMemoryHoldsAllThatItsBoundAllows(t *testing.T) {
	t.Parallel()
	ofAnItem, ofAnEvent := keyOf(1).bytes(), someEvents(1, 1)[0].bytes()
	one := []itemKey{keyOf(1)}

	half := ofAnItem + 1000*ofAnEvent
	m := newMemory(2 * half)
	m.extend(keyOf(1), nothing, someEvents(1000, 1), upTo(1000))
	require.False(t, m.isTooLong(one), "it takes exactly half")
	for n := range int(half / keyOf(1000).bytes()) {
		m.extend(keyOf(1000+n), nothing, nil, upTo(1))
	}
	m.extend(keyOf(9999), nothing, nil, upTo(1)) // one too many
	require.Len(t, m.get(keyOf(1)).events, 1000, "a long item with half of the bound makes no room for short ones")
	requireWithinBound(t, m)
	m = newMemory(2*half - 1)
	m.extend(keyOf(1), nothing, someEvents(1000, 1), upTo(1000))
	require.True(t, m.isTooLong(one), "it takes one byte more than half")

	m = newMemory(10 * ofAnItem)
	for n := range 10 {
		m.extend(keyOf(n), nothing, nil, upTo(1))
	}
	require.Len(t, m.items, 10)

	m = newMemory(2 * ofAnItem)
	m.extend(keyOf(1), nothing, someEvents(1, 1), upTo(1))
	require.True(t, m.isTooLong(one), "there is room for just that")
	m = newMemory(2*ofAnItem - 1)
	m.extend(keyOf(1), nothing, someEvents(1, 1), upTo(1))
	require.Empty(t, m.items, "there is not even room for that")
}

func TestAnItemIsLongFromAThousandthOfTheBoundOn(t *testing.T) {
	t.Parallel()
	for bound, kind := range map[int64]int{1000 * keyOf(1).bytes(): short, 1000*keyOf(1).bytes() - 1: long} {
		m := newMemory(bound)
		m.extend(keyOf(1), nothing, nil, upTo(1))
		require.Equal(t, 1, m.sizes[kind].recent.Len())
	}
}

func TestAGatheringIsOfFewItemsThatTakeHalfOfTheMemoryAtMost(t *testing.T) {
	t.Parallel()
	items, keys := make([]QueryItem, mostItemsAtOnce+1), make([]itemKey, mostItemsAtOnce+1)
	require.Len(t, newMemory(1<<20).gather(items[:mostItemsAtOnce], keys).items, mostItemsAtOnce)
	require.Empty(t, newMemory(1<<20).gather(items, keys).items)

	item := QueryItem{Types: []string{"SeatTaken"}}
	gathered := func(bound int64) *memory {
		m := newMemory(bound)
		g := m.gather([]QueryItem{item}, []itemKey{item.key()})
		g.add(someEvents(20, 1))
		g.remember(upTo(20))
		return m
	}
	ofEvents := 20 * someEvents(1, 1)[0].bytes()
	require.Len(t, gathered(2*(ofEvents+item.key().bytes())).get(item.key()).events, 20)
	require.True(t, gathered(2*ofEvents).isTooLong([]itemKey{item.key()}))
}

// No item takes more than half of the memory, and together they take more than all of it. What is
// dropped then is not known, however much of it was read.
func TestAGatheringRemembersNothingOfWhatItHadNoRoomFor(t *testing.T) {
	t.Parallel()
	event := &sharedEvent{Event: Event{Type: "A", Data: []byte(`{}`)}}
	m := newMemory(22*event.bytes() + event.bytes()/2)
	var (
		items  []QueryItem
		keys   []itemKey
		events []*sharedEvent
	)
	for _, of := range []struct {
		eventType string
		events    int
	}{{"A", 7}, {"B", 7}, {"C", 9}} {
		item := QueryItem{Types: []string{of.eventType}}
		items, keys = append(items, item), append(keys, item.key())
		for range of.events {
			events = append(events, &sharedEvent{Event: Event{Type: of.eventType, Data: []byte(`{}`)}})
		}
	}
	g := m.gather(items, keys)
	g.add(events)
	g.remember(upTo(23))
	require.Len(t, m.get(keys[0]).events, 7)
	require.Len(t, m.get(keys[1]).events, 7)
	require.Same(t, nothing, m.get(keys[2]))
}

// The parts of an event are counted for what they take, most of them by their bytes.
func TestAMemoryCountsEveryPartOfAnEvent(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		event Event
		bytes int64
	}{
		"nothing":             {Event{}, 0},
		"its type":            {Event{Type: "Taken"}, 5},
		"its data, twice":     {Event{Data: []byte(`{"seat":1}`)}, 2 * 10},
		"its tags":            {Event{Tags: Tags{"a", "bcd"}}, 2*24 + 4},
		"its cause":           {Event{CausationID: "a form"}, 6},
		"its request":         {Event{CorrelationID: "a visit"}, 7},
		"its metadata, twice": {Event{Metadata: map[string]string{"by": "ada"}}, 2 * 5},
	} {
		require.Equal(t, bytesOfAnEvent+test.bytes, (&sharedEvent{Event: test.event}).bytes(), name)
	}
	require.EqualValues(t, bytesOfAnItem+len("3:abc"), itemKey{types: "3:abc"}.bytes())
}

func TestAMemoryIsBoundedAsTheOptionsSay(t *testing.T) {
	t.Parallel()
	require.EqualValues(t, 64<<20, Options{}.memory())
	require.EqualValues(t, 1, Options{Memory: 1}.memory())
	require.EqualValues(t, 0, Options{Memory: -1}.memory(), "none")
}

// Callers choose how long the tags of a query are.
func TestAMemoryCountsTheTagsThatAreAskedFor(t *testing.T) {
	t.Parallel()
	m := newMemory(1 << 20)
	for n := range 2000 {
		item := QueryItem{Tags: Tags{Tag(fmt.Sprint(n, strings.Repeat("a", maxTagLength-10)))}, Types: []string{strings.Repeat("A", maxTypeLength)}}
		m.extend(item.key(), nothing, nil, upTo(1))
	}
	requireWithinBound(t, m)
	require.Less(t, len(m.items), (1<<20)/(maxTagLength+maxTypeLength))
}

func TestAMemoryRemembersThatAnItemIsTooLong(t *testing.T) {
	t.Parallel()
	m := newMemory(20 << 10)
	m.extend(keyOf(1), nothing, nil, upTo(1))
	require.False(t, m.isTooLong([]itemKey{keyOf(1), keyOf(2)}))
	after := m.extend(keyOf(2), nothing, someEvents(30, 1), upTo(30))
	require.Len(t, after.events, 30, "who brought it gets it")
	require.True(t, m.isTooLong([]itemKey{keyOf(1), keyOf(2)}))
	require.Empty(t, m.get(keyOf(2)).events)
	require.NotSame(t, nothing, m.get(keyOf(1)), "and it threw nothing out")
	require.Equal(t, MemoryStat{
		Bound: 20 << 10, Bytes: keyOf(1).bytes() + keyOf(2).bytes(), Items: 2,
		Hits: 2, Misses: 2, // a boundary with an item that is too long misses all of its items
	}, m.stat())
	require.NotSame(t, nothing, m.get(keyOf(1)), "and it goes on")
	requireWithinBound(t, m)
}

// Whoever finds out that something is wrong forgets that, and not what another one has read since.
func TestAMemoryForgetsNothingNewer(t *testing.T) {
	t.Parallel()
	m := newMemory(1 << 20)
	wrong := m.extend(keyOf(1), nothing, someEvents(1, 1), upTo(1))
	right := m.extend(keyOf(1), wrong, someEvents(1, 2), upTo(2))
	m.forget(keyOf(1), wrong)
	require.Same(t, right, m.get(keyOf(1)))
	m.forget(keyOf(1), right)
	require.Same(t, nothing, m.get(keyOf(1)))
	requireWithinBound(t, m)
}

// Which items are the same decides what is shared, so no two may be taken for one.
func TestItemsThatMatchDifferentEventsHaveDifferentKeys(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 18) // after "a18" it makes a text of 21 characters
	lists := [][]string{{"1a", long}, {"a18" + long}, nil, {"a"}, {"aa"}, {"a", "b", "c"}, {"ab", "c"}, {"a", "ab"}, {"1:a"}, {"1:a1:b"}, {"a", "b"}, {"a:b"}, {"a1:b"}, {"3:a1:b"}}
	keys := map[itemKey]QueryItem{}
	for _, tags := range lists {
		for _, types := range lists {
			item := QueryItem{Types: types}
			for _, tag := range tags {
				item.Tags = append(item.Tags, Tag(tag))
			}
			other, taken := keys[item.key()]
			require.False(t, taken, "%v has the key of %v", item, other)
			keys[item.key()] = item
		}
	}
	require.Equal(t, QueryItem{Tags: Tags{"a", "b"}}.key(), QueryItem{Tags: Tags{"b", "a", "b"}}.key())
}

// The bound is one on memory. Twenty thousand events of a usual size, as they come from
// the database, take what they are counted as, or less; and not much less.
func TestAMemoryTakesAboutWhatItSays(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	m := newMemory(1 << 30)
	for n := range 400 {
		var events []*sharedEvent
		for i := range 50 {
			e := &sharedEvent{Event: Event{
				ID: NewID(), Type: string([]byte("StudentSubscribed")), Position: int64(i + 1),
				Tags: Tags{Tag(fmt.Sprint("course_id:", n)), Tag(fmt.Sprint("student_id:", i))},
				Data: fmt.Appendf(nil, `{"student_id":"student-%d","course_id":"course-%d","at":"2026-01-01T10:00:00Z"}`, i, n),
			}}
			_, err := factOf[subscribed](e, true)
			require.NoError(t, err)
			events = append(events, e)
		}
		m.extend(keyOf(n), nothing, events, upTo(50))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	took, counted := float64(after.HeapAlloc-before.HeapAlloc), float64(m.sizes[short].bytes+m.sizes[long].bytes)
	t.Logf("%.0f bytes an event, counted as %.0f", took/20_000, counted/20_000)
	require.Less(t, took, counted)
	require.Greater(t, took, counted/2)
	runtime.KeepAlive(m)
}

type subscribed struct {
	Student string `json:"student_id"`
	Course  string `json:"course_id"`
	At      string `json:"at"`
}

func (subscribed) EventType() string { return "StudentSubscribed" }
func (subscribed) Tags() Tags        { return nil }

// What is held of a long boundary is bounded, all items together; and what is remembered of
// an item in the end is all of it, or nothing.
func TestAGatheringHoldsNoMoreThanTheMemory(t *testing.T) {
	t.Parallel()
	each := someEvents(1, 0)[0].bytes()
	m := newMemory(10 * each)
	items := []QueryItem{{Tags: Tags{"room"}}, {Types: []string{"SeatTaken"}}, {Tags: Tags{"elsewhere"}}, {Tags: Tags{"room"}, Types: []string{"SeatTaken"}}}
	keys := make([]itemKey, len(items))
	for i := range items {
		keys[i] = items[i].key()
	}
	for events, want := range map[int][]int{1: {1, 1, 0, 1}, 3: {3, 3, 0, 3}, 4: {4, -1, 0, 4}, 6: {-1, -1, 0, -1}} {
		g := m.gather(items, keys)
		for position := range events {
			g.add(someEvents(1, int64(position)))
			require.LessOrEqual(t, g.bytes, m.bound)
		}
		for i, want := range want {
			require.Equal(t, want < 0, g.items[i].dropped, "%d events, item %d", events, i)
			require.Len(t, g.items[i].events, max(0, want))
		}
	}
	g := m.gather(items[:1], keys[:1])
	g.add(someEvents(6, 0))
	g.remember(upTo(5))
	require.True(t, m.get(keys[0]).tooLong)

	g = m.gather(items, keys)
	g.add(someEvents(4, 0))
	g.remember(upTo(3))
	require.Same(t, nothing, m.get(keys[3]), "it was dropped, and is not too long by itself")
	require.Empty(t, m.gather(slices.Repeat(items, 20), slices.Repeat(keys, 20)).items)
}
