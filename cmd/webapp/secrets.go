package main

import (
	"errors"
	"fmt"
	"strings"
)

// The fewest characters of a secret. A passcode may be shorter than the others: people type
// it, and attempts at it are throttled.
const (
	shortestSecret   = 32
	shortestPasscode = 12
)

// checkSecrets says in a sentence which secret is too short.
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
	if o.metricsToken != "" && len(o.metricsToken) < shortestSecret {
		return fmt.Errorf("METRICS_TOKEN is too short: it needs %d characters, %s", shortestSecret, example)
	}
	return nil
}

// mayServeOthers fails if a secret is missing without which other machines are not served. The
// error names the secret, and ends with otherwise: how to serve this machine only.
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
	return fmt.Errorf("other machines are served with a passcode and a session key only: set %s, or %s",
		strings.Join(missing, " and "), otherwise)
}

// splitList splits a text at its commas, and trims the parts. A blank text has no parts.
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
