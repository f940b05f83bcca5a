package lens_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
	"go-crablet/web/lens"
)

func TestFindMatch(t *testing.T) {
	t.Parallel()
	exact := boundaryOf(t, SubscribeStudent{Student: "ada", Course: "algebra"})
	aboutAlgebra, aboutAda := dcb.Tags{CourseID("algebra").Tag()}, dcb.Tags{StudentID("ada").Tag()}
	tests := []struct {
		name         string
		facts        []dcb.Fact
		inside, near bool
		event        int // the one that tells
		item         dcb.Tags
	}{
		{name: "names the item that an event lies inside of", facts: dcb.Facts(takes("ada", "logic")), inside: true, item: aboutAda},
		{name: "names the first event inside", facts: dcb.Facts(takes("kofi", "logic"), leaves("kofi", "algebra")), inside: true, event: 1, item: aboutAlgebra},
		{name: "prefers one inside to one that comes close", facts: dcb.Facts(CourseRenamed{Course: "algebra"}, leaves("kofi", "algebra")), inside: true, event: 1, item: aboutAlgebra},
		{name: "says that only the type keeps an event out", facts: dcb.Facts(CourseRenamed{Course: "algebra"}), near: true, item: aboutAlgebra},
		{name: "prefers one that comes close to a stranger", facts: dcb.Facts(logic, StudentRenamed{Student: "ada"}), near: true, event: 1, item: aboutAda},
		{name: "has no item for strangers", facts: dcb.Facts(takes("kofi", "logic"), logic)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			events := logged(t, tt.facts...)
			m := lens.FindMatch(exact, events)
			assert.Equal(t, tt.inside, m.Inside)
			assert.Equal(t, tt.near, m.NearMiss)
			assert.Equal(t, events[tt.event], m.Event)
			assert.Equal(t, tt.item, m.Item.Tags)
		})
	}
}

func TestNothingComesCloseToAnItemWithoutTags(t *testing.T) {
	t.Parallel()
	m := lens.FindMatch(dcb.NewQuery(nil, "CourseDefined"), logged(t, StudentRenamed{Student: "ada"}))
	assert.False(t, m.Inside)
	assert.False(t, m.NearMiss)
}
