/* zonal-sum.exe and the others of the Windows package: each starts the headcount.exe beside it, which is all programs,
   with its own name as the first argument. Windows has links, but an archive cannot hold them.

   What is typed, the standard streams and the exit code are passed on as they are. A launcher that is killed takes its
   program with it, by a job object. Ctrl-C reaches both, and is for the program to answer. */
#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <stdarg.h>

#define LONGEST_PATH 32768
#define LONGEST_COMMAND 32768

static wchar_t path[LONGEST_PATH], command[LONGEST_COMMAND];

static BOOL WINAPI ignore_interrupt(DWORD event) { return event == CTRL_C_EVENT || event == CTRL_BREAK_EVENT; }

static int fail(const char *problem)
{
    static const char before[] = "headcount: ", after[] = "\nheadcount: hint: unpack the whole archive again\n";
    DWORD written;
    HANDLE out = GetStdHandle(STD_ERROR_HANDLE);
    WriteFile(out, before, sizeof before - 1, &written, NULL);
    WriteFile(out, problem, (DWORD)lstrlenA(problem), &written, NULL);
    WriteFile(out, after, sizeof after - 1, &written, NULL);
    return 70;
}

/* What follows the first argument of a command line: the first ends at a blank outside quotes. */
static const wchar_t *after_first(const wchar_t *line)
{
    int is_quoted = 0;
    for (; *line && (is_quoted || (*line != L' ' && *line != L'\t')); line++)
        if (*line == L'"')
            is_quoted = !is_quoted;
    return line;
}

/* Appends TEXT to the command; 0 if it does not fit. */
static int append(int *length, const wchar_t *text)
{
    int count = lstrlenW(text);
    if (*length + count >= LONGEST_COMMAND)
        return 0;
    lstrcpyW(command + *length, text);
    *length += count;
    return 1;
}

int main(void)
{
    STARTUPINFOW startup;
    PROCESS_INFORMATION process;
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits = {0};
    HANDLE job;
    DWORD status = 70;
    wchar_t name[MAX_PATH], *file, *end;
    int length = 0;

    DWORD found = GetModuleFileNameW(NULL, path, LONGEST_PATH);
    if (found == 0 || found >= LONGEST_PATH - MAX_PATH)
        return fail("the path of this program cannot be read");
    for (file = path + found; file > path && file[-1] != L'\\' && file[-1] != L'/'; file--)
        ;
    if (lstrlenW(file) >= MAX_PATH)
        return fail("the name of this program is too long");
    lstrcpyW(name, file);
    end = name + lstrlenW(name);
    if (end - name > 4 && lstrcmpiW(end - 4, L".exe") == 0)
        end[-4] = 0;
    lstrcpyW(file, L"headcount.exe");

    if (!append(&length, L"headcount ") || !append(&length, name) || !append(&length, after_first(GetCommandLineW())))
        return fail("the command line is too long");

    SetConsoleCtrlHandler(ignore_interrupt, TRUE);
    job = CreateJobObjectW(NULL, NULL);
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    if (job)
        SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
    GetStartupInfoW(&startup);
    /* Suspended until it is in the job, so that it cannot outlive a launcher that is killed just now. */
    if (!CreateProcessW(path, command, NULL, NULL, TRUE, CREATE_SUSPENDED, NULL, NULL, &startup, &process))
        return fail("headcount.exe beside this program cannot be started");
    if (job)
        AssignProcessToJobObject(job, process.hProcess);
    ResumeThread(process.hThread);
    WaitForSingleObject(process.hProcess, INFINITE);
    GetExitCodeProcess(process.hProcess, &status);
    return (int)status;
}
