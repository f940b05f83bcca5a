// Command client takes a seat by HTTP, and shows who takes one: client http://127.0.0.1:8080 12A ada
package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

func main() {
	server, seat, name := os.Args[1], os.Args[2], os.Args[3] // plain words, which stand in JSON as they are
	body := fmt.Sprintf(`{"events": [{"type": "SeatTaken", "tags": ["seat:%s"], "data": "%s"}],
		"condition": {"failIfEventsMatch": {"items": [{"types": ["SeatTaken"], "tags": ["seat:%s"]}]}}}`, seat, name, seat)
	_, _ = io.Copy(os.Stdout, call(http.MethodPost, server+"/dcb/append", body, ""))
	for last := ""; ; time.Sleep(time.Second) { // the stream was lost: go on after the last event
		stream := call(http.MethodGet, server+"/dcb/tail?query="+url.QueryEscape(`{"items": [{"types": ["SeatTaken"]}]}`), "", last)
		lines, data, id := bufio.NewScanner(stream), "", last
		for lines.Buffer(nil, 64<<20); lines.Scan(); {
			switch field, value, _ := strings.Cut(lines.Text(), ": "); field {
			case "data":
				data = value
			case "id":
				id = value
			case "": // the event is whole, or there was only an ID
				fmt.Print(strings.TrimLeft(data+"\n", "\n"))
				last, data = id, ""
			}
		}
	}
}

func call(method, address, body, lastEventID string) io.Reader {
	request, _ := http.NewRequest(method, address, strings.NewReader(body))
	request.Header = http.Header{"Content-Type": {"application/json"}, "Last-Event-Id": {lastEventID}, "Authorization": {"Bearer " + os.Getenv("DCB_API_TOKEN")}}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Print(err)
		return http.NoBody // as if the stream was lost
	} else if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(response.Body)
		log.Fatal(response.Status, ": ", string(text)) // the server says what to do
	}
	return response.Body
}
