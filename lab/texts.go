package lab

import "go-crablet/dcb"

// size returns the bytes of an event's tags and data.
func size(e dcb.InputEvent) int {
	bytes := len(e.Data)
	for _, tag := range e.Tags {
		bytes += len(tag)
	}
	return bytes
}

// texts returns tags as plain strings, which every mode of pgx can send.
func texts(tags dcb.Tags) []string {
	plain := make([]string, len(tags))
	for i, tag := range tags {
		plain[i] = string(tag)
	}
	return plain
}
