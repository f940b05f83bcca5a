package story

import (
	"strings"

	"go-crablet/receipt"
)

// CommandOf names a command of a model that is not the application's, as a receipt keeps it. No
// command of the application has a dot in its name, so nobody takes the one for the other.
func CommandOf(model, command string) string { return model + "." + command }

// ModelOf returns the model that took a decision, or "" if that was the application's.
func ModelOf(record receipt.Receipt) string {
	dot := strings.LastIndex(record.Command, ".")
	if dot < 0 {
		return ""
	}
	return record.Command[:dot]
}
