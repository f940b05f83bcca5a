package dcbtest

import (
	"cmp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

func appendReturnsItsLastPosition(t *testing.T, log dcb.Log) {
	require.EqualValues(t, 2, appendTo(t, log, event("A", "x"), event("B")))
	require.EqualValues(t, 3, appendTo(t, log, event("C", "x")))
}

func positionsHaveNoGaps(t *testing.T, log dcb.Log) {
	appendTo(t, log, event("A", "x"), event("B", "x"))
	_, err := log.AppendAfter(t.Context(), []dcb.InputEvent{event("C", "x"), event("D")}, tagged("x"), dcb.At(1))
	require.ErrorIs(t, err, dcb.ErrConflict)
	require.EqualValues(t, 3, appendTo(t, log, event("E", "x")))
	require.Equal(t, []int64{1, 2, 3}, positions(readFrom(t, log, dcb.AllEvents(), 0)))
}

func eventsAreReadAsTheyWereAppended(t *testing.T, log dcb.Log) {
	first := dcb.NewInputEvent("Defined", dcb.Tags{"b", "a", "b"}, []byte(` {"b" : 1,  "a":"\u0000 ü <&>"} `))
	second := dcb.NewInputEvent("Untagged", dcb.Tags{}, []byte(`null`))
	caused := event("Answered", "x")
	caused.CausationID = first.ID
	ctx := dcb.WithMetadata(dcb.WithCausationID(dcb.WithCorrelationID(t.Context(), "request 1"), "cause 1"), "by", `"Zoë" <\\>`)
	_, err := log.AppendAfter(ctx, []dcb.InputEvent{first, second, caused}, dcb.Query{}, dcb.Checkpoint{})
	require.NoError(t, err)

	stored := readFrom(t, log, dcb.AllEvents(), 0)
	require.Len(t, stored, 3)
	for i, given := range []dcb.InputEvent{first, second, caused} {
		assert.Equal(t, dcb.Event{
			ID: given.ID, Type: given.Type, Tags: given.Tags, Data: given.Data, Position: int64(i + 1),
			CausationID: cmp.Or(given.CausationID, "cause 1"), CorrelationID: "request 1", Metadata: map[string]string{"by": `"Zoë" <\\>`}, RecordedAt: stored[i].RecordedAt,
		}, stored[i])
	}
}

func eventsWithoutAnIDAreGivenOne(t *testing.T, log dcb.Log) {
	nameless := dcb.InputEvent{Type: "A", Data: []byte(`{}`)}
	appendTo(t, log, nameless, nameless)
	stored := readFrom(t, log, dcb.AllEvents(), 0)
	require.Len(t, stored, 2)
	assert.Len(t, stored[0].ID, 36)
	assert.Len(t, stored[1].ID, 36)
	assert.NotEqual(t, stored[0].ID, stored[1].ID)
}

func idsAreInLowerCase(t *testing.T, log dcb.Log) {
	id := dcb.NewID()
	appendTo(t, log, dcb.InputEvent{ID: strings.ToUpper(id), Type: "A", Tags: dcb.Tags{"x"}, Data: []byte(`{}`)})
	stored := readFrom(t, log, tagged("x"), 0)
	require.Len(t, stored, 1)
	require.Equal(t, id, stored[0].ID)
	require.Equal(t, id, conflictOf(t, log, tagged("x"), 0).Events[0].ID)
}

// queryMeanings are queries, and the positions of the events that they match among those of
// queriesMeanTheSame.
var queryMeanings = []struct {
	name  string
	query dcb.Query
	after int64
	want  []int64
}{
	{name: "all events are all of them", query: dcb.AllEvents(), want: []int64{1, 2, 3, 4, 5, 6, 7}},
	{name: "all events after a position", query: dcb.AllEvents(), after: 5, want: []int64{6, 7}},
	{name: "an item and all events", query: tagged("x").Or(dcb.AllEvents()), want: []int64{1, 2, 3, 4, 5, 6, 7}},
	{name: "a tag", query: tagged("course:1"), want: []int64{1, 3, 5, 6}},
	{name: "a tag after a position", query: tagged("course:1"), after: 3, want: []int64{5, 6}},
	{name: "tags within an item narrow", query: tagged("course:1", "student:1"), want: []int64{3, 6}},
	{name: "the order of tags means nothing", query: tagged("student:1", "course:1"), want: []int64{3, 6}},
	{name: "three tags", query: tagged("student:1", "course:1", "x"), want: []int64{6}},
	{name: "a tag asked for twice", query: tagged("x", "x"), want: []int64{6}},
	{name: "a type and a tag", query: dcb.NewQuery(dcb.Tags{"course:1"}, "Joined"), want: []int64{3, 5}},
	{name: "types within an item widen", query: dcb.NewQuery(dcb.Tags{"course:1"}, "Joined", "Left"), want: []int64{3, 5, 6}},
	{name: "types without tags", query: dcb.NewQuery(nil, "Joined", "Untagged"), want: []int64{3, 4, 5, 7}},
	{name: "types without tags after a position", query: dcb.NewQuery(nil, "Joined", "Untagged"), after: 4, want: []int64{5, 7}},
	{name: "a type that the tag's events do not have", query: dcb.NewQuery(dcb.Tags{"course:2"}, "Left"), want: []int64{}},
	{name: "items widen", query: tagged("course:1").Or(tagged("student:1")), want: []int64{1, 2, 3, 4, 5, 6}},
	{name: "one of two items matches", query: tagged("course:2").Or(tagged("student:3")), want: []int64{4}},
	{name: "the other of two items matches", query: tagged("course:3").Or(tagged("student:2")), want: []int64{5}},
	{name: "an event that matches two items is one event", query: tagged("course:1").Or(tagged("course:1", "student:1")), want: []int64{1, 3, 5, 6}},
	{name: "types belong to their item", query: dcb.NewQuery(dcb.Tags{"course:1"}, "Left").Or(dcb.NewQuery(dcb.Tags{"student:1"}, "Registered")), want: []int64{2, 6}},
	{name: "items with and without tags", query: tagged("x").Or(dcb.NewQuery(nil, "Untagged")), want: []int64{6, 7}},
	{name: "a tag that nothing carries", query: tagged("course"), want: []int64{}},
	{name: "tags that no event carries together", query: tagged("course:2", "student:2"), want: []int64{}},
	{name: "the zero query", want: []int64{}},
}

// queriesMeanTheSame reads by each query and appends under it: the append conflicts with the
// very events that the read returns.
func queriesMeanTheSame(t *testing.T, log dcb.Log) {
	appendTo(t, log,
		event("Defined", "course:1"),                // 1
		event("Registered", "student:1"),            // 2
		event("Joined", "course:1", "student:1"),    // 3
		event("Joined", "course:2", "student:1"),    // 4
		event("Joined", "course:1", "student:2"),    // 5
		event("Left", "student:1", "course:1", "x"), // 6
		event("Untagged"),                           // 7
	)
	for _, test := range queryMeanings {
		t.Run(test.name, func(t *testing.T) {
			found := readFrom(t, log, test.query, test.after)
			require.Equal(t, test.want, positions(found), "read")

			_, err := log.AppendAfter(t.Context(), []dcb.InputEvent{event("Probe")}, test.query, dcb.At(test.after))
			if len(test.want) == 0 {
				require.NoError(t, err)
				return
			}
			var conflict *dcb.ConflictError
			require.ErrorAs(t, err, &conflict)
			require.Equal(t, found, conflict.Events)
		})
		if t.Failed() {
			return // the next rows expect that this one has stored nothing else
		}
	}
}

func eventsAreReadInOrder(t *testing.T, log dcb.Log) {
	appendTo(t, log, event("A", "x"), event("B", "y"), event("C"))
	appendTo(t, log, event("B", "y"), event("A", "x", "y"), event("A", "x"))
	either := tagged("y").Or(dcb.NewQuery(nil, "C"), tagged("x"))
	require.Equal(t, []int64{1, 2, 3, 4, 5, 6}, positions(readFrom(t, log, either, 0)))
	require.Equal(t, []int64{3, 4, 5, 6}, positions(readFrom(t, log, either, 2)))
}

func readsReturnTheHead(t *testing.T, log dcb.Log) {
	for head := range int64(3) {
		for _, query := range []dcb.Query{{}, tagged("x"), tagged("nothing"), dcb.AllEvents()} {
			for after := range head + 1 {
				_, position, err := log.ReadSince(t.Context(), query, dcb.At(after))
				require.NoError(t, err)
				require.Equal(t, head, position.Position, "%v after %d", query, after)
			}
		}
		appendTo(t, log, event("A", "y"))
	}
}

func zeroQueryIsUnconditional(t *testing.T, log dcb.Log) {
	appendTo(t, log, event("A", "x"))
	position, err := log.AppendAfter(t.Context(), []dcb.InputEvent{event("A", "x")}, dcb.Query{}, dcb.Checkpoint{})
	require.NoError(t, err)
	require.EqualValues(t, 2, position)
}

func anyEventIsAConflict(t *testing.T, log dcb.Log) {
	_, err := log.AppendAfter(t.Context(), []dcb.InputEvent{event("A")}, dcb.AllEvents(), dcb.Checkpoint{})
	require.NoError(t, err, "the log is empty")
	_, err = log.AppendAfter(t.Context(), []dcb.InputEvent{event("B", "x")}, dcb.AllEvents(), dcb.Checkpoint{})
	require.ErrorIs(t, err, dcb.ErrConflict)
	require.Len(t, readFrom(t, log, dcb.AllEvents(), 0), 1)
}

func knownEventsAreNoConflict(t *testing.T, log dcb.Log) {
	known := appendTo(t, log, event("Taken", "seat:1"), event("Freed", "seat:1"))
	for _, query := range []dcb.Query{tagged("seat:1"), dcb.NewQuery(nil, "Taken", "Freed"), dcb.AllEvents()} {
		require.Empty(t, readFrom(t, log, query, known))
		position, err := log.AppendAfter(t.Context(), []dcb.InputEvent{event("Taken", "seat:1")}, query, dcb.At(known))
		require.NoError(t, err, "what is known is the event at %d", known)
		_, err = log.AppendAfter(t.Context(), []dcb.InputEvent{event("Taken", "seat:1")}, query, dcb.At(known))
		require.ErrorIs(t, err, dcb.ErrConflict, "the next event is not known")
		known = position
	}
}

// textIsOpaque appends texts that have a meaning in SQL, JSON or an array.
func textIsOpaque(t *testing.T, log dcb.Log) {
	for _, text := range []string{`"`, `\`, `\"`, `{a,b}`, `,`, ` `, `null`, `NULL`, `'; drop table dcb_event; --`, `%`, `$1`, "\n", "ü", "<&>", "\u2028", `{}`, "a", "A"} {
		position := appendTo(t, log, event(text, dcb.Tag(text), "and:another"))
		for _, query := range []dcb.Query{tagged(dcb.Tag(text)), tagged("and:another", dcb.Tag(text)), dcb.NewQuery(nil, text)} {
			found := readFrom(t, log, query, 0)
			require.Equal(t, []int64{position}, positions(found), "%q by %v", text, query)
			require.Equal(t, text, found[0].Type)
			require.Equal(t, dcb.Tags{dcb.Tag(text), "and:another"}, found[0].Tags)
		}
	}
}

// event makes an event with a type and tags, and no data.
func event(eventType string, tags ...dcb.Tag) dcb.InputEvent {
	return dcb.NewInputEvent(eventType, tags, []byte(`{}`))
}

// events makes n events.
func events(n int, eventType string, tags ...dcb.Tag) []dcb.InputEvent {
	made := make([]dcb.InputEvent, n)
	for i := range made {
		made[i] = event(eventType, tags...)
	}
	return made
}

// tagged returns a query for the events with all of the tags.
func tagged(tags ...dcb.Tag) dcb.Query { return dcb.NewQuery(tags) }

// appendTo appends events without a condition.
func appendTo(t *testing.T, log dcb.Log, events ...dcb.InputEvent) int64 {
	t.Helper()
	position, err := log.AppendAfter(t.Context(), events, dcb.Query{}, dcb.Checkpoint{})
	require.NoError(t, err)
	return position
}

// readFrom returns the events after a position that the query matches.
func readFrom(t *testing.T, log dcb.Log, query dcb.Query, after int64) []dcb.Event {
	t.Helper()
	events, _, err := log.ReadSince(t.Context(), query, dcb.At(after))
	require.NoError(t, err)
	return events
}

func positions(events []dcb.Event) []int64 {
	found := make([]int64, len(events))
	for i, e := range events {
		found[i] = e.Position
	}
	return found
}
