package literal_test

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest/literal"
)

type (
	Seat  string
	taken struct {
		Seat  Seat
		Rows  []int
		Notes map[string]any
		until time.Time
		Next  *taken
		Say   func(string) error
	}
)

func TestOf(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 3, 2, 12, 0, 0, 5, time.UTC)
	circle := &taken{Seat: "12A"}
	circle.Next = circle
	for want, value := range map[string]any{
		`dcb.QueryItem{Types: []string{"A"}, Tags: dcb.Tags{"x:1"}}`: dcb.QueryItem{Types: []string{"A"}, Tags: dcb.Tags{"x:1"}},
		`dcb.Tag("x:1")`: dcb.Tag("x:1"),
		`dcb.Query{}`:    dcb.AllEvents(),
		`taken{}`:        taken{},
		`taken{Seat: "12\"A\"", Rows: []int{1, 2}}`:                               taken{Seat: `12"A"`, Rows: []int{1, 2}},
		`taken{until: time.Date(2026, 3, 2, 12, 0, 0, 5, time.UTC)}`:              taken{until: noon},
		`taken{Notes: map[string]any{"a": Seat("12A"), "b": int64(1), "c": nil}}`: taken{Notes: map[string]any{"b": int64(1), "a": Seat("12A"), "c": nil}},
		`taken{Next: &taken{Seat: "12A"}}`:                                        taken{Next: &taken{Seat: "12A"}},
		`&taken{Seat: "12A", Next: nil /* *taken */}`:                             circle,
		`taken{Say: nil /* func(string) error */}`:                                taken{Say: func(string) error { return nil }},
		`taken{Notes: map[string]any{"error": nil /* errors.errorString */}}`:     taken{Notes: map[string]any{"error": errors.New("no")}},
		`struct { N int }{N: 1}`:                                                  struct{ N int }{1},
		`[]any{1, float64(1.5), true, "a", uint8(7), nil}`:                        []any{1, 1.5, true, "a", uint8(7), nil},
		"json.RawMessage(`{\"a\":1}`)":                                            json.RawMessage(`{"a":1}`),
		`[]byte("a\nb")`:                                                          []byte("a\nb"),
		`[2]Seat{"a", "b"}`:                                                       [2]Seat{"a", "b"},
		`new(Seat("12A"))`:                                                        new(Seat("12A")),
		`new(time.Date(2026, 3, 2, 12, 0, 0, 5, time.UTC))`:                       &noon,
		`time.Date(2026, 3, 2, 13, 0, 0, 5, time.FixedZone("CET", 3600))`:         noon.In(time.FixedZone("CET", 3600)),
		`time.Time{}`: time.Time{},
		`nil`:         nil,
	} {
		assert.Equal(t, want, literal.Of(value))
	}
}

func TestUnqualified(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `QueryItem{Tags: Tags{"x:1"}}`, literal.Unqualified(dcb.QueryItem{Tags: dcb.Tags{"x:1"}}))
	assert.Equal(t, `QueryItem{}`, literal.Unqualified(dcb.QueryItem{}))
	assert.Equal(t, `time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)`, literal.Unqualified(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)))
}
