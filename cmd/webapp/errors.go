package main

import (
	"errors"
	"strings"
)

// rootCause returns the innermost error, which is the one that a person can use.
func rootCause(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}

// oneLine makes one sentence of an error that lists several attempts.
func oneLine(err error) error {
	return errors.New(strings.Join(strings.Fields(err.Error()), " "))
}
