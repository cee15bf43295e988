// Stands in for mongosh: whatever it is asked, it pings the server on this machine and says how that went.
package main

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"time"
)

// {ping: 1, $db: "admin"} as BSON.
var ping = []byte("\x1e\x00\x00\x00\x10ping\x00\x01\x00\x00\x00\x02$db\x00\x06\x00\x00\x00admin\x00\x00")

func main() {
	if err := pingServer(); err != nil {
		fmt.Fprintln(os.Stderr, "MongoNetworkError:", err)
		os.Exit(1)
	}
	fmt.Println("{ ok: 1 }")
}

func pingServer() error {
	connection, err := net.DialTimeout("tcp", "127.0.0.1:27017", 2*time.Second)
	if err != nil {
		return err
	}
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(2 * time.Second))
	message := binary.LittleEndian.AppendUint32(nil, uint32(16+4+1+len(ping)))
	message = append(message, 1, 0, 0, 0, 0, 0, 0, 0)
	message = binary.LittleEndian.AppendUint32(message, 2013) // OP_MSG
	message = append(message, 0, 0, 0, 0, 0)                  // no flags; one body
	if _, err := connection.Write(append(message, ping...)); err != nil {
		return err
	}
	header := make([]byte, 16)
	if _, err := io.ReadFull(connection, header); err != nil {
		return err
	}
	_, err = io.CopyN(io.Discard, connection, int64(binary.LittleEndian.Uint32(header))-16)
	return err
}
