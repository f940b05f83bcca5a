package dcb_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/racetest"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

// deskTaken is stored as DeskTaken now, and was stored as SeatTaken.
type deskTaken struct {
	By string `json:"by"`
}

func (deskTaken) EventType() string    { return "DeskTaken" }
func (deskTaken) Tags() dcb.Tags       { return dcb.NewTags("desk", "1") }
func (deskTaken) OtherTypes() []string { return []string{"SeatTaken"} }

// deskTakenBefore is the same fact in a program that still stores it as SeatTaken.
type deskTakenBefore struct {
	By string `json:"by"`
}

func (deskTakenBefore) EventType() string    { return "SeatTaken" }
func (deskTakenBefore) Tags() dcb.Tags       { return deskTaken{}.Tags() }
func (deskTakenBefore) OtherTypes() []string { return []string{"DeskTaken"} }

// takeDesk takes the one desk there is, unless somebody has it.
func takeDesk[E dcb.Fact](ctx context.Context, log dcb.Log, taken E) error {
	isTaken := dcb.Project(false, taken.Tags(), dcb.Sets[E](true))
	return dcb.Decide(ctx, log, func(s *bool) dcb.Boundary { return dcb.Boundary{dcb.Into(s, isTaken)} },
		func(isTaken bool) ([]dcb.Fact, error) {
			if isTaken {
				return nil, errFull
			}
			return dcb.Facts(taken), nil
		})
}

func TestHandlersLookForAllNamesOfAFact(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendAll(t, store, dcb.NewInputEvent("SeatTaken", deskTaken{}.Tags(), []byte(`{"by":"ada"}`)))
	require.ErrorIs(t, takeDesk(t.Context(), store, deskTaken{"kofi"}), errFull, "the desk was taken under the old name")

	names := dcb.Project("", deskTaken{}.Tags(), dcb.On(func(_ string, fact deskTaken) string { return fact.By }))
	require.Equal(t, []dcb.QueryItem{{Types: []string{"DeskTaken", "SeatTaken"}, Tags: deskTaken{}.Tags()}}, names.Query().Items())
}

// While a type is being renamed, programs with either name run beside each other.
func TestWhileATypeIsRenamedItsRuleHolds(t *testing.T) {
	t.Parallel()
	for range effort.Times(6, 20) {
		pool := pgtest.New(t)
		stores := []*dcb.Store{openStore(t, pool), openStore(t, pool)}
		errs := make([]error, 8)
		racetest.AtOnce(len(errs), func(i int) {
			if i%2 == 0 {
				errs[i] = takeDesk(t.Context(), stores[0], deskTakenBefore{"ada"})
			} else {
				errs[i] = takeDesk(t.Context(), stores[1], deskTaken{"kofi"})
			}
		})
		refused := 0
		for _, err := range errs {
			if err != nil {
				require.ErrorIs(t, err, errFull)
				refused++
			}
		}
		require.Equal(t, len(errs)-1, refused, "one desk, one seat")
		require.Len(t, readAll(t, stores[0], dcb.AllEvents(), dcb.ReadOptions{}), 1)
	}
}

func TestFactTypesDecodeWhatIsKnown(t *testing.T) {
	types := dcb.NewFactTypes(dcb.WithTags(dcb.Facts(deskTaken{}, roomOpened{}), "request:1")...)
	for name, test := range map[string]struct {
		eventType, data string
		want            dcb.Fact
	}{
		"a fact":             {"DeskTaken", `{"by":"ada"}`, deskTaken{"ada"}},
		"by its old name":    {"SeatTaken", `{"by":"ada","since":1}`, deskTaken{"ada"}},
		"nobody knows":       {"DeskPainted", `{"by":"ada"}`, nil},
		"whatever the data":  {"DeskPainted", `{`, nil},
		"the data is a null": {"DeskTaken", `null`, deskTaken{}},
	} {
		fact, err := types.Decode(test.eventType, []byte(test.data))
		require.NoError(t, err, name)
		require.Equal(t, test.want, fact, name)
	}
	_, err := types.Decode("SeatTaken", []byte(`{"by":1}`))
	require.ErrorContains(t, err, "decode SeatTaken: json: cannot unmarshal number")
}

func TestFactTypesThatCannotBeToldApartAreRefused(t *testing.T) {
	require.PanicsWithValue(t, "dcb.NewFactTypes: dcb_test.deskTaken and dcb_test.deskTakenBefore are both stored as SeatTaken",
		func() { dcb.NewFactTypes(deskTaken{}, deskTakenBefore{}) })
	require.PanicsWithValue(t, "dcb.NewFactTypes: *dcb_test.deskTaken is a pointer: a fact is the struct itself",
		func() { dcb.NewFactTypes(&deskTaken{}) })
}
