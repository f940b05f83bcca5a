package web

import (
	"crypto/sha256"
	"encoding/base32"
	"strconv"
	"strings"

	"go-crablet/domain/courses"
)

// The addresses of pages.
func courseURL(id courses.CourseID) string { return "/courses/" + string(id) }

func studentURL(id courses.StudentID) string { return "/students/" + string(id) }

func decisionURL(id string) string { return "/decisions/" + id }

// eventURL is the address of an event's page.
func eventURL(position int64) string { return "/log/" + strconv.FormatInt(position, 10) }

func raceURL(id string) string { return "/race/" + id }

func heldURL(id string) string { return "/held/" + id }

func waitlistURL(course string) string { return "/courses/" + course + "/waitlist" }

// receiptOf returns the id of the receipt of what was appended under a correlation ID.
// It follows from that, so whoever sees an event can look up the decision behind it.
func receiptOf(correlationID string) string {
	const length = 10
	sum := sha256.Sum256([]byte(correlationID))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:length])
}
