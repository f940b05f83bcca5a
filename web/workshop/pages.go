package workshop

import (
	"go-crablet/lab"
	"go-crablet/web/site"
	"go-crablet/workshop/room"
)

// Pages are the page of the workshop and those of its rooms.
type Pages struct {
	*site.Site
	rooms   *room.Rooms
	theatre *lab.Theatre
}

// New returns the page of the workshop, and those of the rooms.
func New(s *site.Site, rooms *room.Rooms, theatre *lab.Theatre) *Pages {
	return &Pages{s, rooms, theatre}
}

const (
	overviewURL = "/workshop"
	roomsURL    = overviewURL + "/rooms"
)

func roomURL(code string) string { return roomsURL + "/" + code }
