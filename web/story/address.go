package story

import (
	"crypto/sha256"
	"encoding/base32"
	"strconv"
	"strings"

	"go-crablet/domain/courses"
)

// The addresses of pages.
func CourseURL(id courses.CourseID) string { return "/courses/" + string(id) }

func StudentURL(id courses.StudentID) string { return "/students/" + string(id) }

func DecisionURL(id string) string { return "/decisions/" + id }

// EventURL is the address of an event's page.
func EventURL(position int64) string { return "/log/" + strconv.FormatInt(position, 10) }

func RaceURL(id string) string { return "/race/" + id }

func HeldURL(id string) string { return "/held/" + id }

func WaitlistURL(course string) string { return "/courses/" + course + "/waitlist" }

// ReceiptOf returns the id of the receipt of what was appended under a correlation ID.
// It follows from that, so whoever sees an event can look up the decision behind it.
func ReceiptOf(correlationID string) string {
	const length = 10
	sum := sha256.Sum256([]byte(correlationID))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:length])
}
