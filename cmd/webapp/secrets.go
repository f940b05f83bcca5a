package main

import (
	"errors"
	"fmt"
	"strings"
)

// The fewest characters of what has to be hard to guess. A passcode is typed by
// people, and attempts at it are throttled.
const (
	shortestSecret   = 32
	shortestPasscode = 12
)

// checkSecrets says in a sentence which secret is too short to be one.
func (o options) checkSecrets() error {
	const example = "for example those of openssl rand -hex 32"
	if o.passcode != "" && len(o.passcode) < shortestPasscode {
		return fmt.Errorf("REGISTRAR_PASSCODE is too short: it needs %d characters", shortestPasscode)
	}
	for _, key := range o.sessionKeys {
		if len(key) < shortestSecret {
			return fmt.Errorf("SESSION_KEY is too short: it needs %d characters, and so does each of several with a comma between them, %s", shortestSecret, example)
		}
	}
	if o.dcbAPIToken != "" && len(o.dcbAPIToken) < shortestSecret {
		return fmt.Errorf("DCB_API_TOKEN is too short: it needs %d characters, %s", shortestSecret, example)
	}
	return nil
}

// mayServeOthers says in a sentence what is missing to serve others than this
// machine, and how to do without.
func (o options) mayServeOthers(otherwise string) error {
	if o.dcbAPI && o.dcbAPIToken == "" {
		return errors.New("-dcb-api serves this machine only: set DCB_API_TOKEN to serve others, or " + otherwise)
	}
	var missing []string
	if o.passcode == "" {
		missing = append(missing, "REGISTRAR_PASSCODE")
	}
	if len(o.sessionKeys) == 0 {
		missing = append(missing, "SESSION_KEY")
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("others than this machine are served with a passcode and a session key only: set %s, or %s",
		strings.Join(missing, " and "), otherwise)
}

// splitList splits what stands between commas, without the white space around it.
func splitList(text string) []string {
	if strings.TrimSpace(text) == "" {
		return nil
	}
	parts := strings.Split(text, ",")
	for i, part := range parts {
		parts[i] = strings.TrimSpace(part)
	}
	return parts
}
