package courses_test

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
)

// A stored event is a line of testdata, as a fact of the version that stored it.
type stored struct {
	Type   string          `json:"type"`
	Tagged dcb.Tags        `json:"tags"`
	Data   json.RawMessage `json:"data"`
}

func (e stored) EventType() string            { return e.Type }
func (e stored) Tags() dcb.Tags               { return e.Tagged }
func (e stored) MarshalJSON() ([]byte, error) { return e.Data, nil }

// otherVersions returns events as older and newer versions of this package stored
// them.
func otherVersions(t *testing.T) []stored {
	t.Helper()
	text, err := os.ReadFile("testdata/events_of_other_versions.jsonl")
	require.NoError(t, err)
	var events []stored
	for line := range bytes.Lines(text) {
		var e stored
		require.NoError(t, json.Unmarshal(line, &e))
		events = append(events, e)
	}
	return events
}

// What other versions stored means this: algebra has two seats, ada and kofi have
// them, and noor waits.
var whatOtherVersionsMean = []row{
	{
		name:    "a course once had a name",
		when:    RenameCourse{Course: "algebra", NewTitle: "Algebra"},
		refused: ErrSameTitle,
	},
	{
		name:    "and a maximum of students",
		when:    ChangeCapacity{Course: "algebra", NewCapacity: 2},
		refused: ErrSameCapacity,
	},
	{
		name:    "a course has a title and a capacity, even if it has a name as well",
		when:    ChangeCapacity{Course: "logic", NewCapacity: 30},
		refused: ErrSameCapacity,
	},
	{
		name:    "the title as well",
		when:    RenameCourse{Course: "logic", NewTitle: "Logic"},
		refused: ErrSameTitle,
	},
	{
		name:    "a seat is a seat, in whichever row",
		when:    SubscribeStudent{Student: "ada", Course: "algebra"},
		refused: ErrAlreadySubscribed,
	},
	{
		name:    "two seats are taken",
		when:    SubscribeStudent{Student: "noor", Course: "algebra"},
		refused: ErrCourseFull,
	},
	{
		name: "a waiting student is promoted",
		when: UnsubscribeStudent{Student: "ada", Course: "algebra"},
		then: dcb.Causing(leaves("ada", "algebra"), promoted("noor", "algebra")...),
	},
	{
		name: "unknown fields and types change nothing",
		when: SubscribeStudent{Student: "ada", Course: "logic"},
		then: dcb.Facts(takes("ada", "logic")),
	},
}

func TestWhatOtherVersionsStoredIsDecidedOn(t *testing.T) {
	var facts []dcb.Fact
	for _, e := range otherVersions(t) {
		facts = append(facts, e)
	}
	for _, r := range whatOtherVersionsMean {
		r.given = facts
		run(t, []row{r})
	}
}

func TestWhatOtherVersionsStoredIsReadFromTheDatabase(t *testing.T) {
	t.Parallel()
	for _, r := range whatOtherVersionsMean {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			log := openLog(t, pgtest.New(t))
			var events []dcb.InputEvent
			for _, e := range otherVersions(t) {
				events = append(events, dcb.NewInputEvent(e.Type, e.Tagged, e.Data))
			}
			before, err := log.AppendEvents(t.Context(), events, dcb.Query{}, 0)
			require.NoError(t, err)

			err = r.when.Decide(t.Context(), log)
			if r.refused != nil {
				require.ErrorIs(t, err, r.refused)
			} else {
				require.NoError(t, err)
			}
			after, _, err := log.ReadSince(t.Context(), dcb.AllEvents(), dcb.At(before))
			require.NoError(t, err)
			want, err := dcb.Encode(r.then)
			require.NoError(t, err)
			require.Len(t, after, len(want))
			for i, e := range want {
				require.Equal(t, e.Type, after[i].Type)
				require.Equal(t, string(e.Data), string(after[i].Data))
			}
		})
	}
}

func TestDecode(t *testing.T) {
	t.Run("reads what other versions stored", func(t *testing.T) {
		var facts []dcb.Fact
		for _, e := range otherVersions(t) {
			fact, err := Decode(e.Type, e.Data)
			require.NoError(t, err)
			facts = append(facts, fact)
		}
		require.Equal(t, dcb.Facts(
			algebra, logic, nil, ada, kofi, noor, takes("ada", "algebra"), nil, takes("kofi", "algebra"), waits("noor", "algebra"),
		), facts)
	})
	t.Run("reads what this version stores", func(t *testing.T) {
		for _, c := range everyCommand {
			events, err := dcb.Encode(c.then)
			require.NoError(t, err)
			for _, e := range events {
				fact, err := Decode(e.Type, e.Data)
				require.NoError(t, err)
				again, err := dcb.Encode(dcb.Facts(fact))
				require.NoError(t, err)
				require.Equal(t, e.Type, again[0].Type)
				require.Equal(t, string(e.Data), string(again[0].Data))
			}
		}
	})
	t.Run("says which data it cannot read", func(t *testing.T) {
		for _, data := range []string{`{"capacity":"two"}`, `{"name":"Algebra","max_students":"two"}`} {
			_, err := Decode("CourseDefined", []byte(data))
			require.ErrorContains(t, err, "decode CourseDefined: ", data)
		}
	})
}
