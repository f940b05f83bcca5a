package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"go-crablet/workshop/steps"
)

func TestALongListIsShortened(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"":                                       "",
		"one sentence":                           "one sentence",
		"given:\n\t1\n\t2\n\t3\n\t4\nwhen:\n\t5": "given:\n\t1\n\t2\n\t3\n\t4\nwhen:\n\t5",
		"given:\n\t1\n\t2\n\t3\n\t4\n\t5\nwhen:\n\t6": "given:\n\t1\n\t2\n\t… 2 more\n\t5\nwhen:\n\t6",
		"\t1\n\t2\n\t3\n\t4\n\t5\n\t6":                "\t1\n\t2\n\t… 3 more\n\t6",
	}
	for text, want := range tests {
		assert.Equal(t, want, shortened(text))
	}
}

func TestLongLinesAreBroken(t *testing.T) {
	t.Parallel()
	words := strings.Repeat("öäü ", 30)
	for line := range strings.SplitSeq(wrapped("short\n"+words+"\n\ta line of code is not broken: "+words, "  "), "\n") {
		assert.True(t, strings.HasPrefix(line, "  \t") || len([]rune(line)) <= wide, line)
	}
	assert.Equal(t, "  short\n\n  lines", wrapped("short\n\nlines", "  "))
	endless := strings.Repeat("x", 2*wide)
	assert.Equal(t, endless, wrapped(endless, ""))
}

// said returns what the workshop says of a verdict about the first step.
func said(v *verdict) string {
	var out bytes.Buffer
	d := &desk{root: "nowhere", folder: "mine", out: &out}
	d.report(steps.Step{Name: "01-tags", File: "tags.go"}, v, time.Second)
	return out.String()
}

func TestOnlyTheFirstRedTestIsToldInFull(t *testing.T) {
	t.Parallel()
	text := said(&verdict{tests: []testResult{
		{name: "TestOne", said: []remark{{"a_test.go:1", "one is wrong\ngiven:\n\ta fact"}}},
		{name: "TestTwo", said: []remark{{"a_test.go:2", "two is wrong\ngiven:\n\tanother fact"}}},
	}})
	assert.Contains(t, text, "a fact")
	assert.Contains(t, text, "two is wrong")
	assert.NotContains(t, text, "another fact")
	assert.Contains(t, text, "The first red test is told in full, and the others in short.")
	assert.Contains(t, text, "2 of 2 tests fail. Go on in mine/01-tags/tags.go.")
}

// The tests after one that ended the program are not known to be green or red.
func TestATestThatEndsTheProgramIsSaid(t *testing.T) {
	t.Parallel()
	text := said(&verdict{stopped: true, tests: []testResult{{name: "TestOne", said: []remark{{text: "It panicked: oh no"}}}}})
	assert.Contains(t, text, "This test ended the program, so those after it did not run.")
	assert.NotContains(t, text, "1 of 1")
}
