# agent: { type: "command", command: ["python3", "ndjson-agent.py"], mode: "ndjson" }
# One process for all turns: what it loads, it loads once. Several turns may be under way; answers come in any order.
import json, sys, threading

counts, lock = {}, threading.Lock()

def answer(asked):
    turn = asked["turn"]
    with lock:
        counts[turn["session"]] = n = counts.get(turn["session"], 0) + 1
        text = f"{turn['sender']['displayName']}: {turn['message']['text']} ({n})"
        print(json.dumps({"id": asked["id"], "text": text}), flush=True)

for line in sys.stdin:  # ends when the gateway stops
    threading.Thread(target=answer, args=(json.loads(line),)).start()
