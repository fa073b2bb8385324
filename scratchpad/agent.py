# agent: { type: "command", command: ["python3", "agent.py"] }
import json, sys

turn = json.load(sys.stdin)
name, text = turn["sender"]["displayName"], turn["message"]["text"]

if text == "sách":
    print(json.dumps({"parts": [{"type": "text", "text": t} for t in ("Số đỏ", "Dế mèn")]}))
else:
    print(f"Chào {name}, bạn vừa nói: {text}")
