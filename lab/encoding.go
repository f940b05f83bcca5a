package lab

import "go-crablet/dcb"

// size returns how many bytes the tags and the data of an event have.
func size(e dcb.InputEvent) int {
	bytes := len(e.Data)
	for _, tag := range e.Tags {
		bytes += len(tag)
	}
	return bytes
}

// texts returns tags as strings: not every mode of pgx can send a slice of another type.
func texts(tags dcb.Tags) []string {
	plain := make([]string, len(tags))
	for i, tag := range tags {
		plain[i] = string(tag)
	}
	return plain
}
