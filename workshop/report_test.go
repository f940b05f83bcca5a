package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
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
