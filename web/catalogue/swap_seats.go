package catalogue

import (
	"net/http"
	"net/url"

	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/site"
	"go-crablet/web/ui"
)

// SwapSeats gives a seat of a student back for one in the course of the address. The form names
// the course that is given back in its field give.
func (p *Pages) SwapSeats(v *site.Visit) error {
	student, course, page, err := p.parties(v)
	if err != nil {
		return err
	}
	from := courses.CourseID(v.Text("give").Value)
	if !from.Valid() {
		return site.BadRequest(http.StatusUnprocessableEntity, "Nothing was named to give back. Choose one of the courses in which you have a seat, or send the field give.")
	}
	names, err := p.Names(v.Context(), from.Tag())
	if err != nil {
		return err
	}
	cmd := courses.SwapSeats{Student: student.ID, From: from, To: course.ID, Request: v.Key()}
	return p.carryOut(v, cmd, student.Name+" swaps "+names.Course(from)+" for "+course.Title, page)
}

// SwapLensURL is the page on what the first of the swaps will read. That page offers the others.
func (v courseView) SwapLensURL() string {
	query := url.Values{"student": {string(v.Acting.ID)}, "give": {v.Swaps[0].ID}}
	return v.Path + "/boundary?" + query.Encode()
}

// swapsOf returns the seats that a student with these places may give back for one in a course:
// none if the student has one there, or if the course has none to give.
func swapsOf(m SeatMap, places []readmodel.Place) (swaps []ui.Option) {
	if m.Yours || m.Archived || m.Full() {
		return nil
	}
	for _, place := range places {
		if !place.Waiting {
			swaps = append(swaps, ui.Option{ID: string(place.Course), Name: place.Called()})
		}
	}
	return swaps
}
