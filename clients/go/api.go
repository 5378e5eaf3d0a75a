package onetrip

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"
)

const patience = 15 * time.Second // closing a window waits for a catalog that is being read

// api is the proxy's HTTP API. From the first question that nobody answers on it is lost, and answers nothing.
type api struct {
	address string
	client  *http.Client
	lost    bool
}

// fromEnvironment gives the API at ONETRIP_API; none where it says none.
func fromEnvironment() *api {
	address := os.Getenv("ONETRIP_API")
	if address == "" {
		return nil
	}
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	// A transport of its own: a test may have replaced the one that all share.
	return &api{strings.TrimRight(address, "/"), &http.Client{Timeout: patience, Transport: &http.Transport{}}, false}
}

// ask gives the status, and reads the body into answer; 0 where nobody answers.
func (api *api) ask(method, path string, body, answer any) int {
	if api == nil || api.lost {
		return 0
	}
	status, err := api.exchange(method, path, body, answer)
	if err != nil { // whatever it is, it is no fault of the test that runs
		api.lost = true
		fmt.Fprintf(os.Stderr, "onetrip: %s does not answer: %v; from now on tests are no windows\n", api.address, err)
		return 0
	}
	return status
}

func (api *api) exchange(method, path string, body, answer any) (int, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return 0, err
	}
	if body == nil {
		text = nil
	}
	request, err := http.NewRequest(method, api.address+path, bytes.NewReader(text))
	if err != nil {
		return 0, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	// Where the proxy wants a token, the file that holds it is named as for the proxy itself.
	if file := os.Getenv("ONETRIP_ADMIN__TOKEN_FILE"); file != "" {
		token, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	}
	response, err := api.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	return response.StatusCode, json.NewDecoder(response.Body).Decode(answer)
}
