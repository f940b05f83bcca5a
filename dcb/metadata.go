package dcb

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// checkMetadata says what is wrong with the metadata of events that are about to be appended.
func checkMetadata(metadata map[string]string) error {
	if metadataSize(metadata) > maxMetadata {
		return inputErrorf("the metadata is longer than %d bytes", maxMetadata)
	}
	for key, value := range metadata {
		if err := checkText(key, maxMetadata); err != nil {
			return inputErrorf("the key %.40q of the metadata %v", key, err)
		}
		if !utf8.ValidString(value) || strings.ContainsRune(value, 0) {
			return inputErrorf("the metadata %.40q is not text: it has to be UTF-8 without a NUL byte", key)
		}
	}
	return nil
}

// metadataText writes metadata as JSON. None is the empty text.
func metadataText(metadata map[string]string) string {
	if len(metadata) == 0 {
		return ""
	}
	text, _ := json.Marshal(metadata) // texts can be written
	return string(text)
}

// metadataSize returns the bytes of keys and values.
func metadataSize(metadata map[string]string) (bytes int) {
	for key, value := range metadata {
		bytes += len(key) + len(value)
	}
	return bytes
}
