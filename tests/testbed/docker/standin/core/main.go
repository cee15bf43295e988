// Stands in for KubeOrch's core: its port, its health address, and its way to end when something it needs is missing.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"sort"
	"strings"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(0)
	if os.Getenv("KUBEORCH_JWT_SECRET") == "" {
		log.Fatal("JWT_SECRET not configured")
	}
	if err := reachDatabase(os.Getenv("KUBEORCH_MONGO_URI")); err != nil {
		log.Fatalf("database: %v", err)
	}
	port := os.Getenv("PORT")
	if port == "" {
		port = "3000"
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		log.Printf("stopping on %v", <-stop)
		os.Exit(0)
	}()
	http.HandleFunc("/v1/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]any{"message": greeting, "path": r.URL.Path, "variables": variables()})
	})
	http.HandleFunc("/v1/api/events", events)
	log.Printf("%s on :%s", greeting, port)
	log.Fatal(http.ListenAndServe(":"+port, nil))
}

// A test changes this line to see the program built again.
const greeting = "core stand-in"

// The names of the variables it was given, for tests to look at; values are nobody's business.
func variables() []string {
	var names []string
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func reachDatabase(uri string) error {
	parsed, err := url.Parse(uri)
	if err != nil || parsed.Host == "" {
		return fmt.Errorf("MONGO_URI is no address")
	}
	connection, err := net.DialTimeout("tcp", parsed.Host, 3*time.Second)
	if err != nil {
		return err
	}
	return connection.Close()
}

// A stream of events that never ends, ten a second.
func events(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/event-stream")
	flusher, _ := w.(http.Flusher)
	for n := 1; ; n++ {
		fmt.Fprintf(w, "id: %d\ndata: tick\n\n", n)
		flusher.Flush()
		select {
		case <-r.Context().Done():
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}
