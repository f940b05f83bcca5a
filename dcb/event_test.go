package dcb

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTagsAreOneSetWhateverTheirOrderAndRepetition(t *testing.T) {
	for name, same := range map[string][]Tags{
		"none": {nil, {}},
		"one":  {{"a"}, {"a", "a"}, {"a", "a", "a"}},
		"two":  {{"a", "b"}, {"b", "a"}, {"b", "a", "b"}},
	} {
		for _, tags := range same {
			require.Equal(t, same[0].set(), tags.set(), name)
		}
	}
	different := []Tags{{}, {"a"}, {"b"}, {"a", "b"}, {"ab"}, {"a", "b", "ab"}, {"1:a1:b"}, {"1:a", "b"}, {"a", "1:b"}, {"a1", ":b"}}
	for i, a := range different {
		for _, b := range different[:i] {
			require.NotEqual(t, a.set(), b.set(), "%q and %q", a, b)
		}
	}
}

func TestTagsAreSetWithoutBeingSorted(t *testing.T) {
	tags := Tags{"b", "a", "b"}
	tags.set()
	require.Equal(t, Tags{"b", "a", "b"}, tags)
}

// In 2,000 IDs, each digit that is random has every value, and none repeats another.
func TestNewIDIsTheTimeAndThenRandomBits(t *testing.T) {
	const timeDigits = 12
	var seen [32]map[rune]bool
	var differ [32][32]bool
	before := time.Now().UnixMilli()
	for range 2000 {
		digits := strings.ReplaceAll(NewID(), "-", "")
		clock, err := hex.DecodeString("0000" + digits[:timeDigits])
		require.NoError(t, err)
		var milliseconds int64
		for _, b := range clock {
			milliseconds = milliseconds<<8 | int64(b)
		}
		require.GreaterOrEqual(t, milliseconds, before)
		require.LessOrEqual(t, milliseconds, time.Now().UnixMilli())
		for i, digit := range digits {
			if seen[i] == nil {
				seen[i] = map[rune]bool{}
			}
			seen[i][digit] = true
			for j := range i {
				differ[i][j] = differ[i][j] || digits[i] != digits[j]
			}
		}
	}
	for i := timeDigits; i < len(seen); i++ {
		switch i {
		case 12:
			require.Equal(t, map[rune]bool{'7': true}, seen[i], "the version")
		case 16:
			require.Equal(t, map[rune]bool{'8': true, '9': true, 'a': true, 'b': true}, seen[i], "the variant")
		default:
			require.Len(t, seen[i], 16, "digit %d", i)
		}
		for j := timeDigits; j < i; j++ {
			require.True(t, differ[i][j], "digits %d and %d", i, j)
		}
	}
}

func TestAUUIDHas36CharactersInTheirPlaces(t *testing.T) {
	const id = "00112233-4455-7677-8899-aabbccddeeff"
	require.True(t, isUUID(id))
	require.True(t, isUUID(strings.ToUpper(id)))
	require.False(t, isUUID(""))
	require.False(t, isUUID(id[1:]))
	require.False(t, isUUID(id+"0"))
	for i := range id {
		for _, c := range []string{"/", ":", "`", "g", "@", "G", " "} { // those around 0-9, a-f and A-F
			require.False(t, isUUID(id[:i]+c+id[i+1:]), "%q at %d", c, i)
		}
		isDash := i == 8 || i == 13 || i == 18 || i == 23
		require.Equal(t, isDash, isUUID(id[:i]+"-"+id[i+1:]), "a dash at %d", i)
		for _, c := range []string{"0", "9", "a", "f"} {
			require.Equal(t, !isDash, isUUID(id[:i]+c+id[i+1:]), "%q at %d", c, i)
		}
	}
}

func TestCheckAppendDrawsTheLineWhereTheDocumentationDoes(t *testing.T) {
	text := func(n int) string { return strings.Repeat("x", n) }
	withType := func(eventType string) InputEvent { return InputEvent{Type: eventType, Data: []byte(`{}`)} }
	withTag := func(tag string) InputEvent {
		return InputEvent{Type: "A", Tags: Tags{"a", Tag(tag)}, Data: []byte(`{}`)}
	}
	withCause := func(id string) InputEvent { return InputEvent{Type: "A", CausationID: id, Data: []byte(`{}`)} }
	check := func(e InputEvent) error { return CheckAppend(t.Context(), []InputEvent{e}, Query{}, Checkpoint{}) }

	require.NoError(t, check(withType(text(255))))
	require.EqualError(t, check(withType(text(256))), "event 1 of 1: its type is longer than 255 bytes")
	require.EqualError(t, check(withType("")), "event 1 of 1: its type is empty")
	require.NoError(t, check(withTag(text(1000))))
	require.EqualError(t, check(withTag(text(1001))), fmt.Sprintf("event 1 of 1: its tag %q is longer than 1000 bytes", text(40)))
	require.EqualError(t, check(withTag("")), `event 1 of 1: its tag "" is empty`)
	require.NoError(t, check(withCause("")))
	require.NoError(t, check(withCause(text(1000))))
	require.EqualError(t, check(withCause(text(1001))), fmt.Sprintf("event 1 of 1: its causation ID %q is longer than 1000 bytes", text(40)))
	require.EqualError(t, check(withType("\xff")), "event 1 of 1: its type is not UTF-8")
	require.EqualError(t, check(withType("a\x00")), "event 1 of 1: its type contains a NUL byte")
	require.EqualError(t, check(InputEvent{Type: "A", Data: []byte(`{`)}), "event 1 of 1: its data is not JSON in UTF-8")
	require.EqualError(t, check(InputEvent{Type: "A", Data: []byte("\"\xff\"")}), "event 1 of 1: its data is not JSON in UTF-8")
	require.EqualError(t, check(InputEvent{ID: text(41), Type: "A", Data: []byte(`{}`)}), fmt.Sprintf("event 1 of 1: its ID %q is not a UUID", text(40)))
	require.NoError(t, check(InputEvent{ID: NewID(), Type: "A", Data: []byte(`{}`)}))

	many := make([]InputEvent, 10_001)
	for i := range many {
		many[i] = withType("A")
	}
	require.NoError(t, CheckAppend(t.Context(), many[:10_000], Query{}, Checkpoint{}))
	require.EqualError(t, CheckAppend(t.Context(), many, Query{}, Checkpoint{}), "there are 10001 events, and one append takes at most 10000")
	require.EqualError(t, CheckAppend(t.Context(), nil, Query{}, Checkpoint{}), "there are no events to append")
	require.EqualError(t, CheckAppend(t.Context(), many[:1], Query{}, At(-1)), "the latest known position is negative: -1")
	many[2].Type = ""
	require.EqualError(t, CheckAppend(t.Context(), many[:4], Query{}, Checkpoint{}), "event 3 of 4: its type is empty")
}

func TestCheckSaysOfOneEventWhatAnAppendWouldRefuse(t *testing.T) {
	require.NoError(t, NewInputEvent("A", nil, []byte(`{}`)).Check())
	require.Equal(t, InputError("its type is empty"), NewInputEvent("", nil, []byte(`{}`)).Check())
}

func TestCheckAppendRefusesIDsOfTheContextThatCannotBeStored(t *testing.T) {
	events := []InputEvent{{Type: "A", Data: []byte(`{}`)}}
	long := strings.Repeat("x", 1001)
	correlated, caused := WithCorrelationID(t.Context(), long[1:]), WithCausationID(t.Context(), long[1:])
	require.NoError(t, CheckAppend(correlated, events, Query{}, Checkpoint{}))
	require.NoError(t, CheckAppend(caused, events, Query{}, Checkpoint{}))
	says := fmt.Sprintf("the correlation or causation ID %q is longer than 1000 bytes", long[:40])
	require.EqualError(t, CheckAppend(WithCorrelationID(t.Context(), long), events, Query{}, Checkpoint{}), says)
	require.EqualError(t, CheckAppend(WithCausationID(t.Context(), long), events, Query{}, Checkpoint{}), says)
}

func TestCheckAppendRefusesMetadataThatCannotBeStored(t *testing.T) {
	events := []InputEvent{{Type: "A", Data: []byte(`{}`)}}
	for _, test := range []struct{ key, value, says string }{
		{"by", "", ""},
		{"by", strings.Repeat("x", 3998), ""},
		{strings.Repeat("x", 4000), "", ""},
		{"\xff", "ada", `the key "\xff" of the metadata is not UTF-8`},
		{"by", strings.Repeat("x", 3999), "the metadata is longer than 4000 bytes"},
		{"", "ada", `the key "" of the metadata is empty`},
		{"b\x00y", "ada", `the key "b\x00y" of the metadata contains a NUL byte`},
		{"by", "\xff", `the metadata "by" is not text: it has to be UTF-8 without a NUL byte`},
		{"by", "\x00", `the metadata "by" is not text: it has to be UTF-8 without a NUL byte`},
	} {
		err := CheckAppend(WithMetadata(t.Context(), test.key, test.value), events, Query{}, Checkpoint{})
		if test.says == "" {
			require.NoError(t, err)
		} else {
			require.EqualError(t, err, test.says)
		}
	}
}

func TestTheSizeOfAnEventIsThatOfTagsDataAndMetadata(t *testing.T) {
	e := Event{Type: "A", Tags: Tags{"x", "yy"}, Data: []byte(`{}`), Metadata: map[string]string{"by": "ada", "in": "Rome"}}
	require.Equal(t, (1+2)+2+(2+3)+(2+4), e.size())
}

func TestMetadataOfAContextIsThatOfTheContextsAroundIt(t *testing.T) {
	outer := WithMetadata(t.Context(), "by", "ada")
	one, other := WithMetadata(outer, "trace", "1"), WithMetadata(outer, "by", "kofi")
	Metadata(one)["by"] = "nobody"
	require.Equal(t, map[string]string{"by": "ada"}, Metadata(outer))
	require.Equal(t, map[string]string{"by": "ada", "trace": "1"}, Metadata(one))
	require.Equal(t, map[string]string{"by": "kofi"}, Metadata(other))
	require.Nil(t, Metadata(t.Context()))
}
